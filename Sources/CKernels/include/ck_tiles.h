// Layers of frozen graphs over bordered images, one image at a time: int8 graphs with integer sums
// and a requantization that was verified when the graph was planned, float graphs with a bias and
// two bounds.
//
// An image is height x width x channels within a border that holds real 0, so that windows need no
// test. Its cells are floats, or for int8 graphs the integer plus 128: 16 bits wide where a set
// multiplies pairs of 16-bit numbers, 8 bits where it multiplies fours of 8-bit numbers. Output
// channels come in units of 16; every sum runs over rows, columns and channels of the window in this
// order, whatever the set, and integer sums wrap.
#ifndef CK_TILES_H
#define CK_TILES_H

#include <stdint.h>

/// The instruction sets that layers are compiled for.
typedef enum ck_tile_set {
  /// Pairs of 16-bit numbers; NEON on AArch64.
  ck_tiles_baseline = 0,
  /// `vpmaddwd` on 256 bits.
  ck_tiles_avx2 = 1,
  /// `vpdpbusd` on 256 bits.
  ck_tiles_avx_vnni = 2,
  /// `vpdpbusd` on 512 bits.
  ck_tiles_avx512_vnni = 3,
  /// The code of the two sets above with their instruction spelt out in C, for tests.
  ck_tiles_like_avx_vnni = 4,
  ck_tiles_like_avx512_vnni = 5,
} ck_tile_set;

enum { ck_tile_set_count = 6, ck_tile_unit = 16 };

/// The best set that the CPU has, within the instruction set of `ck_instruction_set`.
ck_tile_set ck_tiles_best_set(void);

/// `baseline`, `avx2`, `avx-vnni`, `avx512-vnni`, and the last two with `like-` before them.
const char *ck_tiles_set_name(ck_tile_set set);

/// Whether this CPU can run the set.
int ck_tiles_has_set(ck_tile_set set);

/// Bytes of a cell of an int8 graph's image: 2 or 1.
int ck_tiles_cell_bytes(ck_tile_set set);

/// Which channel of a unit of an int8 layer the set keeps in `lane` (0..<16) of its packed numbers;
/// floats are kept in order.
int ck_tiles_channel(ck_tile_set set, int lane);

/// The channels that a depthwise layer of the set takes at once, in blocks, where its windows have 3
/// or 4 rows; 0 if it does not. In a block, channel `16 i + 4 v + e` is lane `4 i + e` of vector `v`
/// of four.
int ck_tiles_block(ck_tile_set set);

/// Whether a full convolution of one position keeps its units in eights, because its weights are read
/// from memory only once.
int ck_tiles_joins_units(ck_tile_set set, int units);

/// Whether a full convolution of so many channels keeps them in half a unit.
int ck_tiles_takes_half(ck_tile_set set, int channels);

/// How sums of a unit become integers.
typedef enum ck_rounding_mode {
  /// `round(fma(sum, scale, nudge))`
  ck_round_single = 0,
  /// The same with the sum's sign on the nudge.
  ck_round_single_signed = 1,
  /// `round(sum * scale + nudge)` in double precision, with the sum's sign on the nudge.
  ck_round_double = 2,
} ck_rounding_mode;

/// A layer whose operands are packed in the order of a set's lanes; offsets and distances are in
/// bytes.
typedef struct ck_tile_layer {
  ck_tile_set set;
  int32_t output_height, output_width, channels, units;
  /// Whether channels are few enough for half a unit, in their own order (`ck_tiles_takes_half`).
  int32_t is_half;
  /// Whether a depthwise layer has blocks of channels, in which a group of taps is a column of the
  /// window.
  int32_t is_blocked;
  /// Whether a layer of one position has its units in eights (`ck_tiles_joins_units`).
  int32_t is_joined;
  /// A sum runs over `runs` runs of `run_groups` groups of four bytes that follow each other; in
  /// depthwise layers over `runs` groups of taps.
  int32_t runs, run_groups;
  /// From the window's first cell to each run; for depthwise layers to each tap.
  const int32_t *offsets;
  int64_t input_row, input_column, output_row, output_column;
  /// units x runs x run groups x 16 channels x four bytes; of joined units, and of blocks, the channels
  /// of all together.
  const void *weights;
  /// What sums begin with, or floats that are added last: units x 16.
  const void *bias;
  /// A `ck_rounding_mode` for each unit, and the operands of its rule, units x 16.
  const uint8_t *modes;
  const float *scales, *nudges;
  const double *wide_scales, *wide_nudges;
  /// Added to what is rounded, in mode `ck_round_single` together with `middle`, and the bounds of
  /// the result, as cells.
  int32_t offset, middle, minimum, maximum;
  float lower, upper;
  /// In hybrid layers the scale of the activations.
  float input_scale;
} ck_tile_layer;

/// Full convolutions, and fully connected layers over the columns of a row.
void ck_tiles_convolve(const ck_tile_layer *layer, const void *input, void *output);
/// The same for one position, with int8 weights where cells have 16 bits: 16 x 2 a group.
void ck_tiles_multiply(const ck_tile_layer *layer, const void *input, void *output);
/// Full convolutions with integer sums of activations that were quantized while running, as floats:
/// `sum * scales * input_scale + nudges`, packed in the order of channels.
void ck_tiles_convolve_hybrid(const ck_tile_layer *layer, const void *input, float *output);
/// Depthwise convolutions with one output for each input channel.
void ck_tiles_convolve_depthwise(const ck_tile_layer *layer, const void *input, void *output);
void ck_tiles_convolve_floats(const ck_tile_layer *layer, const float *input, float *output);
void ck_tiles_convolve_depthwise_floats(
    const ck_tile_layer *layer, const float *input, float *output);

/// An image: the distances from row to row in cells.
typedef struct ck_tile_image {
  int32_t height, width, channels;
  int64_t row;
} ck_tile_image;

/// From int8 to cells and back; the plain side has no border.
void ck_tiles_import(
    ck_tile_set set, const ck_tile_image *image, const int8_t *from, void *to);
void ck_tiles_export(
    ck_tile_set set, const ck_tile_image *image, const void *from, int8_t *to);
void ck_tiles_import_floats(const ck_tile_image *image, const float *from, float *to);
void ck_tiles_export_floats(const ck_tile_image *image, const float *from, float *to);

/// The least and greatest float of an image, and 0.
void ck_tiles_range(
    ck_tile_set set, const ck_tile_image *image, const float *from, float *low, float *high);

/// Floats as cells: `value * inverse` rounded half away from zero, plus `zero`, within int8, plus 128.
void ck_tiles_quantize(
    ck_tile_set set, const ck_tile_image *image, const float *from, float inverse, int32_t zero,
    int64_t output_row, void *to);

/// A moving window without border: taps outside the image are left out.
typedef struct ck_tile_window {
  int32_t output_height, output_width;
  int32_t height, width, stride_height, stride_width, top, left;
  int32_t minimum, maximum;
  float lower, upper;
} ck_tile_window;

/// The largest tap, and the mean of the taps (integers rounded half away from zero).
void ck_tiles_max_pool(
    ck_tile_set set, const ck_tile_window *window, const ck_tile_image *input, const void *from,
    int64_t output_row, void *to);
void ck_tiles_average_pool(
    ck_tile_set set, const ck_tile_window *window, const ck_tile_image *input, const void *from,
    int64_t output_row, void *to);
void ck_tiles_max_pool_floats(
    const ck_tile_window *window, const ck_tile_image *input, const float *from,
    int64_t output_row, float *to);
void ck_tiles_average_pool_floats(
    const ck_tile_window *window, const ck_tile_image *input, const float *from,
    int64_t output_row, float *to);

/// The sums of each channel's cells, in order of rows and columns.
void ck_tiles_totals(
    ck_tile_set set, const ck_tile_image *input, const void *from, int32_t *totals);
void ck_tiles_totals_floats(const ck_tile_image *input, const float *from, float *totals);

/// A sum of two cells: `round(fma(a, left_scale, fma(b, right_scale, nudge)))` between the bounds
/// where `is_verified`, else `offset` plus the rescaled sum of two tabulated numbers.
typedef struct ck_tile_sum {
  int32_t left[256], right[256];
  int32_t multiplier, shift, offset, minimum, maximum;
  int is_verified;
  float left_scale, right_scale, nudge;
} ck_tile_sum;

/// The exact sum of two cells.
int32_t ck_tiles_exact_sum(const ck_tile_sum *sum, int a, int b);

/// Looks for scales and a nudge that give the exact sum for all 65,536 pairs of cells, starting from
/// the real factors; sets `is_verified`.
void ck_tiles_verify_sum(ck_tile_sum *sum, double left, double right, double constant);

/// `count` sums.
void ck_tiles_add(
    ck_tile_set set, const ck_tile_sum *sum, int64_t count, const void *a, const void *b,
    void *result);
void ck_tiles_add_floats(
    int64_t count, int subtracts, float lower, float upper, const float *a, const float *b,
    float *result);

/// A channel's exact rule and the sums it may meet.
typedef struct ck_exact_channel {
  /// The fixed-point factor `multiplier * 2^(shift - 31)`, rounded twice, or where `real` is not 0
  /// that factor in double precision, rounded once, half away from zero.
  int32_t multiplier, shift;
  double real;
  /// The least and largest sum.
  int64_t least, largest;
  /// Bounds of the result before the output offset is added.
  int32_t minimum, maximum;
} ck_exact_channel;

/// The result of the exact rule, within the bounds.
int32_t ck_exact_result(const ck_exact_channel *channel, int32_t sum);

/// A rule of single precision that gives the exact result for every sum.
typedef struct ck_single_rule {
  /// Taken from the sum, and added to the result.
  int32_t sum_offset, result_offset;
  float scale, nudge;
} ck_single_rule;

/// Finds such a rule, or returns 0. Both functions of the sum are monotone, so that they agree if
/// they agree on both sides of every step of the exact one. `has_sign`: the nudge takes the sum's
/// sign and both offsets are 0; else the middle of the bounds goes to 0.
int ck_verify_single(const ck_exact_channel *channel, int has_sign, ck_single_rule *rule);

/// The same in double precision, with the sum's sign on the nudge.
int ck_verify_double(const ck_exact_channel *channel, double *scale, double *nudge);

/// The result of a rule before bounds, as kernels compute it.
int32_t ck_single_result(const ck_single_rule *rule, int has_sign, int32_t sum);
int32_t ck_double_result(double scale, double nudge, int32_t sum);

#endif
