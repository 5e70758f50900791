/// The kernels of every instruction set by name, and as a table.
#ifndef CK_FLOAT_SETS_H
#define CK_FLOAT_SETS_H

#include "CKernels.h"

#define KERNEL(result, name, parameters, arguments) \
  result name##_baseline parameters;                \
  result name##_avx2 parameters;                    \
  result name##_avx512 parameters;
#include "float_kernels.def"
#undef KERNEL

/// One instruction set's kernels.
typedef struct ck_float_table {
#define KERNEL(result, name, parameters, arguments) result(*name) parameters;
#include "float_kernels.def"
#undef KERNEL
} ck_float_table;

#endif
