// Sums of products over moving windows for int8, int16 and float graphs, compiled for several
// instruction sets. Lanes run over output channels, so every set gives the same bits.
#include "CKernels.h"

#pragma clang fp contract(off)

#define JOIN_NAMES(name, suffix) name##_##suffix
#define JOIN(name, suffix) JOIN_NAMES(name, suffix)

#define SUFFIX on_baseline
#include "int8_types.h"
#undef SUFFIX

#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("arch=x86-64-v3"))), apply_to = function)
#define SUFFIX on_avx2
#include "int8_types.h"
#undef SUFFIX
#pragma clang attribute pop

#pragma clang attribute push( \
    __attribute__((target("arch=x86-64-v4"), min_vector_width(512))), apply_to = function)
#define SUFFIX on_avx512
#include "int8_types.h"
#undef SUFFIX
#pragma clang attribute pop

#define CALL(name, ...)                                      \
  switch (ck_instruction_set()) {                            \
  case ck_avx512: name##_on_avx512(__VA_ARGS__); break;      \
  case ck_avx2: name##_on_avx2(__VA_ARGS__); break;          \
  default: name##_on_baseline(__VA_ARGS__); break;           \
  }
#else
#define CALL(name, ...) name##_on_baseline(__VA_ARGS__);
#endif

// The public functions of one choice of types.
#define DISPATCH(prefix, input_type, offset_type, weight_type, sum_type)                         \
  void prefix##_convolution_row(                                                                 \
      const ck_window *window, int32_t groups, const input_type *input, offset_type offset,      \
      const weight_type *weights, const sum_type *bias, int32_t batch, int32_t row,              \
      sum_type *sums)                                                                            \
  {                                                                                              \
    CALL(prefix##_convolution_row, window, groups, input, offset, weights, bias, batch, row,     \
         sums)                                                                                   \
  }                                                                                              \
  void prefix##_depthwise_row(                                                                   \
      const ck_window *window, int32_t multiplier, const input_type *input, offset_type offset,  \
      const weight_type *weights, const sum_type *bias, int32_t batch, int32_t row,              \
      sum_type *sums)                                                                            \
  {                                                                                              \
    CALL(prefix##_depthwise_row, window, multiplier, input, offset, weights, bias, batch, row,   \
         sums)                                                                                   \
  }

DISPATCH(ck_int8, int8_t, int32_t, int8_t, int32_t)
DISPATCH(ck_int16, int16_t, int32_t, int8_t, int64_t)
DISPATCH(ck_float, float, float, float, float)
