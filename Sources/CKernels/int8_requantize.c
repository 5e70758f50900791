// From sums back to integers, with the roundings of TensorFlow Lite Micro (gemmlowp).
#include "CKernels.h"

#pragma clang fp contract(off)

// round(a * b / 2^31): truncating division of the product and a nudge, as gemmlowp does it.
static inline int32_t doubling_high_product(int32_t a, int32_t b)
{
  if (a == INT32_MIN && b == INT32_MIN) return INT32_MAX;
  const int64_t product = (int64_t)a * b;
  const int64_t nudge = product >= 0 ? (int64_t)1 << 30 : 1 - ((int64_t)1 << 30);
  return (int32_t)((product + nudge) / ((int64_t)1 << 31));
}

// value / 2^exponent, half away from zero; the exponent is 0 to 31.
static inline int32_t rounding_divide(int32_t value, int32_t exponent)
{
  const int32_t mask = (int32_t)(((int64_t)1 << exponent) - 1);
  const int32_t remainder = value & mask;
  const int32_t threshold = (mask >> 1) + (value < 0 ? 1 : 0);
  return (value >> exponent) + (remainder > threshold ? 1 : 0);
}

static inline int32_t scaled(int32_t sum, int32_t multiplier, int32_t shift)
{
  const int32_t left = shift > 0 ? shift : 0, right = shift > 0 ? 0 : -shift;
  return rounding_divide(
      doubling_high_product((int32_t)((uint32_t)sum << left), multiplier), right);
}

static inline int32_t placed(const ck_requantization *by, int32_t value)
{
  const int32_t moved = (int32_t)((uint32_t)value + (uint32_t)by->output_offset);
  return moved < by->minimum ? by->minimum : moved > by->maximum ? by->maximum : moved;
}

void ck_requantize_int8(
    const ck_requantization *by, const int32_t *sums, int64_t positions, int32_t channels,
    int8_t *output)
{
  for (int64_t position = 0; position < positions; position++)
    for (int32_t c = 0; c < channels; c++)
      *output++ = (int8_t)placed(by, scaled(*sums++, by->multipliers[c], by->shifts[c]));
}

void ck_requantize_int16(
    const ck_requantization *by, const int32_t *sums, int64_t positions, int32_t channels,
    int16_t *output)
{
  for (int64_t position = 0; position < positions; position++)
    for (int32_t c = 0; c < channels; c++)
      *output++ = (int16_t)placed(by, scaled(*sums++, by->multipliers[c], by->shifts[c]));
}

void ck_requantize_wide(
    const ck_requantization *by, const int64_t *sums, int64_t positions, int32_t channels,
    int16_t *output)
{
  for (int64_t position = 0; position < positions; position++)
    for (int32_t c = 0; c < channels; c++) {
      const int32_t multiplier = by->multipliers[c];
      const int64_t reduced =
          multiplier < 0x7FFF0000 ? (multiplier + (1 << 15)) >> 16 : 0x7FFF;
      const int32_t total = 15 - by->shifts[c];
      const uint64_t product = (uint64_t)*sums++ * (uint64_t)reduced;
      const int64_t rounded = (int64_t)(product + ((uint64_t)1 << (total - 1)));
      *output++ = (int16_t)placed(by, (int32_t)(rounded >> total));
    }
}

void ck_quantize_int8(
    int64_t count, const float *values, float scale, int32_t zero_point, int8_t *output)
{
  for (int64_t i = 0; i < count; i++) {
    float value = values[i] / scale;
    value = value == value ? value : 0;
    value = value > -1024 ? value : -1024;
    value = value < 1024 ? value : 1024;
    // Both the integer part and the rest are exact.
    int32_t integer = (int32_t)value;
    const float rest = value - (float)integer;
    integer += (rest >= 0.5f) - (rest <= -0.5f) + zero_point;
    output[i] = (int8_t)(integer < -128 ? -128 : integer > 127 ? 127 : integer);
  }
}

void ck_dequantize_int8(
    int64_t count, const int8_t *integers, float scale, int32_t zero_point, float *output)
{
  for (int64_t i = 0; i < count; i++)
    output[i] = (float)((double)(integers[i] - zero_point) * (double)scale);
}
