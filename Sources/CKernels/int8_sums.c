// Sums of products over moving windows for int8, int16 and float graphs.
#include "CKernels.h"

#pragma clang fp contract(off)

// Wrapping 32-bit sums of int8 activations.
#define NAME(suffix) ck_int8_##suffix
#define INPUT int8_t
#define WEIGHT int8_t
#define SUM int32_t
#define OFFSET int32_t
#define MULTIPLY_ADD(sum, value, weight) \
  (sum) = (int32_t)((uint32_t)(sum) + (uint32_t)(value) * (uint32_t)(int32_t)(weight))
#include "int8_window.h"
#undef NAME
#undef INPUT
#undef SUM
#undef MULTIPLY_ADD

// Wrapping 64-bit sums of int16 activations.
#define NAME(suffix) ck_int16_##suffix
#define INPUT int16_t
#define SUM int64_t
#define MULTIPLY_ADD(sum, value, weight) \
  (sum) = (int64_t)((uint64_t)(sum) + (uint64_t)((int64_t)(value) * (int64_t)(weight)))
#include "int8_window.h"
#undef NAME
#undef INPUT
#undef WEIGHT
#undef SUM
#undef OFFSET
#undef MULTIPLY_ADD

// Float sums, each product and each sum rounded, as TensorFlow Lite's reference kernels do.
#define NAME(suffix) ck_float_##suffix
#define INPUT float
#define WEIGHT float
#define SUM float
#define OFFSET float
#define MULTIPLY_ADD(sum, value, weight) (sum) = (sum) + (value) * (weight)
#include "int8_window.h"
