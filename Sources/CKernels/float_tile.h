/// The register tile: the innermost loop of matrix products and convolutions.
#ifndef CK_FLOAT_TILE_H
#define CK_FLOAT_TILE_H

/// Where a tile reads and writes.
///
/// `c[i, j] (+)= sum over s, k of a[i * rowStride + s * segmentStride + k * depthStride] * b[j]`,
/// s in 0..<segments, k in 0..<depth in this order, where `b` goes on by `strideB` with every term.
/// A matrix product has one segment; a convolution has one for every row of its window.
typedef struct ck_tile {
  long segments, depth;
  const float *a;
  long rowStride, depthStride, segmentStride;
  const float *b;
  long strideB;
  float *c;
  long strideC;
  int accumulate;
} ck_tile;

/// Computes `columns` columns of `rows` rows of `tile`, cut into register tiles.
#define CK_DECLARE_TILES(suffix) \
  void ck_run_tiles_##suffix(const ck_tile *tile, long rows, long columns);
CK_DECLARE_TILES(baseline)
CK_DECLARE_TILES(avx2)
CK_DECLARE_TILES(avx512)

#endif
