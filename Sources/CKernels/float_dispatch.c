#include "float_sets.h"

#pragma clang fp contract(off)

#define KERNEL(result, name, parameters, arguments) .name = name##_baseline,
static const ck_float_table baselineTable = {
#include "float_kernels.def"
};
#undef KERNEL

#if defined(__x86_64__)
#define KERNEL(result, name, parameters, arguments) .name = name##_avx2,
static const ck_float_table avx2Table = {
#include "float_kernels.def"
};
#undef KERNEL
#define KERNEL(result, name, parameters, arguments) .name = name##_avx512,
static const ck_float_table avx512Table = {
#include "float_kernels.def"
};
#undef KERNEL
#endif

static const ck_float_table *const tables[ck_instruction_set_count] = {
    &baselineTable,
#if defined(__x86_64__)
    &avx2Table,
    &avx512Table,
#endif
};

#define KERNEL(result, name, parameters, arguments) \
  result name parameters { return tables[ck_instruction_set()]->name arguments; }
#include "float_kernels.def"
#undef KERNEL
