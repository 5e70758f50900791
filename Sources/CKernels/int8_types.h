// The loops of int8_window.h for int8, int16 and float, once for an instruction set whose functions
// end in SUFFIX; no include guard, because int8_sums.c includes it once for each set.

// Wrapping 32-bit sums of int8 activations. A value less its zero point fits 16 bits, which lets
// vector units multiply 16 by 16 bits.
#define NAME(suffix) JOIN(ck_int8_##suffix, SUFFIX)
#define INPUT int8_t
#define WEIGHT int8_t
#define SUM int32_t
#define OFFSET int32_t
#define VALUE int16_t
#define MULTIPLY_ADD(sum, value, weight) \
  (sum) = (int32_t)((uint32_t)(sum) + (uint32_t)((int32_t)(value) * (int32_t)(weight)))
#define ADD(sum, bias) (sum) = (int32_t)((uint32_t)(sum) + (uint32_t)(bias))
#include "int8_window.h"
#undef NAME
#undef INPUT
#undef SUM
#undef VALUE
#undef MULTIPLY_ADD
#undef ADD

// Wrapping 64-bit sums of int16 activations.
#define NAME(suffix) JOIN(ck_int16_##suffix, SUFFIX)
#define INPUT int16_t
#define SUM int64_t
#define VALUE int32_t
#define MULTIPLY_ADD(sum, value, weight) \
  (sum) = (int64_t)((uint64_t)(sum) + (uint64_t)(int64_t)((value) * (int32_t)(weight)))
#define ADD(sum, bias) (sum) = (int64_t)((uint64_t)(sum) + (uint64_t)(bias))
#include "int8_window.h"
#undef NAME
#undef INPUT
#undef WEIGHT
#undef SUM
#undef OFFSET
#undef VALUE
#undef MULTIPLY_ADD
#undef ADD

// Float sums, each product and each sum rounded, as TensorFlow Lite's reference kernels do.
#define NAME(suffix) JOIN(ck_float_##suffix, SUFFIX)
#define INPUT float
#define WEIGHT float
#define SUM float
#define OFFSET float
#define VALUE float
#define MULTIPLY_ADD(sum, value, weight) (sum) = (sum) + (value) * (weight)
#define ADD(sum, bias) (sum) = (sum) + (bias)
#include "int8_window.h"
#undef NAME
#undef INPUT
#undef WEIGHT
#undef SUM
#undef OFFSET
#undef VALUE
#undef MULTIPLY_ADD
#undef ADD
