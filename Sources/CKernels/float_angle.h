#ifndef CK_FLOAT_ANGLE_H
#define CK_FLOAT_ANGLE_H

#include <stdint.h>

/// `x` less a multiple of pi / 2, at most pi / 4 in size, and that multiple modulo 4.
///
/// For finite |x| of at least 1. Payne and Hanek's way (1983): an exact integer product with the
/// bits of 2 / pi that matter.
double ck_reduce_angle(float x, int32_t *quadrant);

#endif
