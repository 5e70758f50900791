/// What the loops over images and the functions around them share.
#ifndef CK_FLOAT_CONVOLUTION_H
#define CK_FLOAT_CONVOLUTION_H

#include "ck_float.h"

/// An image inside a border of zeros.
typedef struct ck_border {
  /// Rows and columns with the border.
  long height, width;
  /// Where the image begins.
  long top, left;
  /// Whether there is a border at all.
  int needed;
} ck_border;

ck_border ck_forward_border(const ck_convolution *shape);
ck_border ck_backward_border(const ck_convolution *shape);

/// Along one axis, the taps that join inputs `residue + stride * q` to outputs.
///
/// They are every `step`-th tap from `last` down; for q = 0 the first of them meets output
/// `firstOutput`, the next the output `distance` further on; there are `inputs` values of q.
typedef struct ck_taps {
  long count, step, distance, last, firstOutput, inputs;
} ck_taps;

ck_taps ck_taps_of(long residue, long stride, long dilation, long window, long pad, long inputs);

/// Whether the convolution is a matrix product of cells by channels.
int ck_is_pointwise(const ck_convolution *shape);

/// Whether the convolution is computed by transformed patches (see float_winograd.inc): a property of
/// the shape alone, since it decides bits.
int ck_is_winograd(const ck_convolution *shape);

/// Patches that are transformed at a time; no result depends on it.
long ck_winograd_patches(long channels, long filters);

/// Floats between matrices, so that the 16 of them do not fall on the same lines of a cache.
#define CK_WINOGRAD_GAP 16

long ck_larger(long a, long b);

#endif
