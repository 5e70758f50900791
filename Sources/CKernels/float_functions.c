#include "float_angle.h"

#define CK_LOOPS "float_functions.inc"
#include "float_each_set.inc"

// The first 256 bits of 2 / pi behind the binary point.
static const uint32_t twoOverPi[] = {
    0xA2F9836E, 0x4E441529, 0xFC2757D1, 0xF534DDC0,
    0xDB629599, 0x3C439041, 0xFE5163AB, 0xDEBBC561,
};

/// 32 bits of 2 / pi from the one with index `first` on (index 0 has weight 1/2).
static uint32_t bitsOfTwoOverPi(int first) {
  const uint64_t pair =
      (uint64_t)twoOverPi[first / 32] << 32 | twoOverPi[first / 32 + 1];
  return (uint32_t)(pair >> (32 - first % 32));
}

double ck_reduce_angle(float x, int32_t *quadrant) {
  uint32_t bits;
  memcpy(&bits, &x, sizeof bits);
  const int exponent = (int)((bits >> 23) & 0xFF) - 150;
  const uint64_t mantissa = (bits & 0x7FFFFF) | 0x800000;
  // Bits of 2 / pi whose product with x is a multiple of 4 quadrants are left out.
  const int first = exponent > 2 ? exponent - 2 : 0;
  unsigned __int128 window = bitsOfTwoOverPi(first);
  window = window << 32 | bitsOfTwoOverPi(first + 32);
  window = window << 32 | bitsOfTwoOverPi(first + 64);
  // The two highest bits of the shifted product are the quadrant.
  const uint64_t turn = (uint64_t)((mantissa * window) << (30 + exponent - first) >> 64);
  const int64_t fraction = (int64_t)(turn << 2);
  const int32_t whole = (int32_t)(turn >> 62) + (fraction < 0);
  const double angle = (double)fraction * 0x1.921fb54442d18p-64;
  *quadrant = (bits >> 31 ? -whole : whole) & 3;
  return bits >> 31 ? -angle : angle;
}
