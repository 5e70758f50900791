// Inner loops of frozen graphs: sums of products over moving windows, requantization and pooling.
//
// Images are batch x height x width x channels. Convolution weights are filter height x filter width
// x (input channels / groups) x output channels, depthwise weights filter height x filter width x
// output channels, so that neighbouring vector lanes serve neighbouring output channels. Every sum
// runs over filter rows, columns and input channels in that order, whatever the instruction set.
// Integer sums wrap; planning decides which graphs may come here.
#ifndef CK_INT8_H
#define CK_INT8_H

#include <stdint.h>

typedef struct {
  int32_t batches, input_height, input_width, input_channels;
  int32_t output_height, output_width, output_channels;
  int32_t filter_height, filter_width;
  int32_t stride_height, stride_width, dilation_height, dilation_width;
  int32_t pad_top, pad_left;
} ck_window;

// The sums of one output row, output width x output channels: bias + sum(weight * (input + offset)).
// Taps outside the image add nothing. `bias` may be null.
void ck_int8_convolution_row(
    const ck_window *window, int32_t groups, const int8_t *input, int32_t input_offset,
    const int8_t *weights, const int32_t *bias, int32_t batch, int32_t row, int32_t *sums);
void ck_int16_convolution_row(
    const ck_window *window, int32_t groups, const int16_t *input, int32_t input_offset,
    const int8_t *weights, const int64_t *bias, int32_t batch, int32_t row, int64_t *sums);
void ck_float_convolution_row(
    const ck_window *window, int32_t groups, const float *input, float input_offset,
    const float *weights, const float *bias, int32_t batch, int32_t row, float *sums);

// The same for depthwise convolution: output channel c reads input channel c / multiplier.
void ck_int8_depthwise_row(
    const ck_window *window, int32_t multiplier, const int8_t *input, int32_t input_offset,
    const int8_t *weights, const int32_t *bias, int32_t batch, int32_t row, int32_t *sums);
void ck_int16_depthwise_row(
    const ck_window *window, int32_t multiplier, const int16_t *input, int32_t input_offset,
    const int8_t *weights, const int64_t *bias, int32_t batch, int32_t row, int64_t *sums);
void ck_float_depthwise_row(
    const ck_window *window, int32_t multiplier, const float *input, float input_offset,
    const float *weights, const float *bias, int32_t batch, int32_t row, float *sums);

// How sums become integers again; multipliers and shifts (or factors) are per channel.
typedef struct {
  const int32_t *multipliers;
  const int32_t *shifts;
  int32_t output_offset, minimum, maximum;
} ck_requantization;

// gemmlowp's double rounding of 32-bit sums (TensorFlow Lite Micro).
void ck_requantize_int8(
    const ck_requantization *by, const int32_t *sums, int64_t positions, int32_t channels,
    int8_t *output);
void ck_requantize_int16(
    const ck_requantization *by, const int32_t *sums, int64_t positions, int32_t channels,
    int16_t *output);
// TensorFlow Lite's rule for 64-bit sums: the multiplier cut to 15 bits, one rounding.
void ck_requantize_wide(
    const ck_requantization *by, const int64_t *sums, int64_t positions, int32_t channels,
    int16_t *output);

// `value / scale` rounded half away from zero, plus the zero point, within int8; NaN counts as 0.
void ck_quantize_int8(
    int64_t count, const float *values, float scale, int32_t zero_point, int8_t *output);
// `(integer - zero point) * scale` in double precision, rounded to a float.
void ck_dequantize_int8(
    int64_t count, const int8_t *integers, float scale, int32_t zero_point, float *output);

// Maximum of a window, clamped to minimum...maximum.
void ck_int8_max_pool(
    const ck_window *window, const int8_t *input, int32_t minimum, int32_t maximum,
    int8_t *output);
void ck_int16_max_pool(
    const ck_window *window, const int16_t *input, int32_t minimum, int32_t maximum,
    int16_t *output);
void ck_float_max_pool(
    const ck_window *window, const float *input, float minimum, float maximum, float *output);

// Mean of the taps inside the image; integers round half away from zero.
void ck_int8_average_pool(
    const ck_window *window, const int8_t *input, int32_t minimum, int32_t maximum,
    int8_t *output);
void ck_int16_average_pool(
    const ck_window *window, const int16_t *input, int32_t minimum, int32_t maximum,
    int16_t *output);
void ck_float_average_pool(
    const ck_window *window, const float *input, float minimum, float maximum, float *output);

#endif
