// The loops of int8_types.h and int8_pooling.c for one choice of types; no include guard, because it
// is included once for each. For sums, the including file defines NAME(suffix), INPUT, WEIGHT, SUM,
// OFFSET, VALUE (what an input and its offset fit into), MULTIPLY_ADD(sum, value, weight) and
// ADD(sum, bias); for pooling NAME, INPUT, SUM, LOWEST and MEAN(sum, count).

#ifdef MULTIPLY_ADD

// Output channels first..<first + count of one position, summed in registers.
static inline __attribute__((always_inline)) void NAME(block)(
    const ck_window *w, const INPUT *input, OFFSET offset, const WEIGHT *weights,
    int32_t group_channels, int32_t group_start, int32_t first, int32_t count, int32_t batch,
    int32_t row, int32_t column, SUM *sums)
{
  SUM acc[16];
  for (int32_t lane = 0; lane < count; lane++) acc[lane] = 0;
  for (int32_t ky = 0; ky < w->filter_height; ky++) {
    const int64_t y = (int64_t)row * w->stride_height - w->pad_top + (int64_t)ky * w->dilation_height;
    if (y < 0 || y >= w->input_height) continue;
    for (int32_t kx = 0; kx < w->filter_width; kx++) {
      const int64_t x =
          (int64_t)column * w->stride_width - w->pad_left + (int64_t)kx * w->dilation_width;
      if (x < 0 || x >= w->input_width) continue;
      const INPUT *in = input
          + (((int64_t)batch * w->input_height + y) * w->input_width + x) * w->input_channels
          + group_start;
      const WEIGHT *tap = weights
          + ((int64_t)ky * w->filter_width + kx) * group_channels * w->output_channels + first;
      for (int32_t c = 0; c < group_channels; c++) {
        const VALUE value = (VALUE)(in[c] + offset);
        for (int32_t lane = 0; lane < count; lane++) MULTIPLY_ADD(acc[lane], value, tap[lane]);
        tap += w->output_channels;
      }
    }
  }
  for (int32_t lane = 0; lane < count; lane++) sums[first + lane] = acc[lane];
}

static void NAME(convolution_row)(
    const ck_window *w, int32_t groups, const INPUT *input, OFFSET input_offset,
    const WEIGHT *weights, const SUM *bias, int32_t batch, int32_t row, SUM *sums)
{
  const int32_t inputs = w->input_channels / groups, outputs = w->output_channels / groups;
  for (int32_t column = 0; column < w->output_width; column++) {
    SUM *out = sums + (int64_t)column * w->output_channels;
    for (int32_t group = 0; group < groups; group++) {
      const int32_t end = (group + 1) * outputs;
      int32_t first = group * outputs;
      for (; first + 16 <= end; first += 16)
        NAME(block)(w, input, input_offset, weights, inputs, group * inputs, first, 16, batch, row,
                    column, out);
      if (first < end)
        NAME(block)(w, input, input_offset, weights, inputs, group * inputs, first, end - first,
                    batch, row, column, out);
    }
    if (bias)
      for (int32_t c = 0; c < w->output_channels; c++) ADD(out[c], bias[c]);
  }
}

static void NAME(depthwise_row)(
    const ck_window *w, int32_t multiplier, const INPUT *input, OFFSET input_offset,
    const WEIGHT *weights, const SUM *bias, int32_t batch, int32_t row, SUM *sums)
{
  for (int32_t column = 0; column < w->output_width; column++) {
    SUM *out = sums + (int64_t)column * w->output_channels;
    for (int32_t c = 0; c < w->output_channels; c++) out[c] = 0;
    for (int32_t ky = 0; ky < w->filter_height; ky++) {
      const int64_t y =
          (int64_t)row * w->stride_height - w->pad_top + (int64_t)ky * w->dilation_height;
      if (y < 0 || y >= w->input_height) continue;
      for (int32_t kx = 0; kx < w->filter_width; kx++) {
        const int64_t x =
            (int64_t)column * w->stride_width - w->pad_left + (int64_t)kx * w->dilation_width;
        if (x < 0 || x >= w->input_width) continue;
        const INPUT *in = input
            + (((int64_t)batch * w->input_height + y) * w->input_width + x) * w->input_channels;
        const WEIGHT *tap = weights + ((int64_t)ky * w->filter_width + kx) * w->output_channels;
        if (multiplier == 1) {
          for (int32_t c = 0; c < w->output_channels; c++)
            MULTIPLY_ADD(out[c], (VALUE)(in[c] + input_offset), tap[c]);
        } else {
          for (int32_t c = 0; c < w->output_channels; c++)
            MULTIPLY_ADD(out[c], (VALUE)(in[c / multiplier] + input_offset), tap[c]);
        }
      }
    }
    if (bias)
      for (int32_t c = 0; c < w->output_channels; c++) ADD(out[c], bias[c]);
  }
}

#else

// Calls `body` with the taps of each window that lie inside the image.
#define FOR_EACH_POSITION                                                                        \
  for (int32_t batch = 0; batch < w->batches; batch++)                                           \
    for (int32_t row = 0; row < w->output_height; row++)                                         \
      for (int32_t column = 0; column < w->output_width; column++)

#define TAPS                                                                                     \
  const int64_t top = (int64_t)row * w->stride_height - w->pad_top;                              \
  const int64_t left = (int64_t)column * w->stride_width - w->pad_left;                          \
  const int64_t y0 = top < 0 ? 0 : top, x0 = left < 0 ? 0 : left;                                \
  const int64_t bottom = top + w->filter_height, right = left + w->filter_width;                 \
  const int64_t y1 = bottom < w->input_height ? bottom : w->input_height;                        \
  const int64_t x1 = right < w->input_width ? right : w->input_width;                            \
  const INPUT *image =                                                                           \
      input + (int64_t)batch * w->input_height * w->input_width * w->input_channels;             \
  INPUT *out = output                                                                            \
      + (((int64_t)batch * w->output_height + row) * w->output_width + column)                   \
          * w->output_channels;

void NAME(max_pool)(
    const ck_window *w, const INPUT *input, SUM minimum, SUM maximum, INPUT *output)
{
  FOR_EACH_POSITION {
    TAPS
    for (int32_t c = 0; c < w->output_channels; c++) out[c] = LOWEST;
    for (int64_t y = y0; y < y1; y++)
      for (int64_t x = x0; x < x1; x++) {
        const INPUT *in = image + (y * w->input_width + x) * w->input_channels;
        for (int32_t c = 0; c < w->output_channels; c++) out[c] = in[c] > out[c] ? in[c] : out[c];
      }
    for (int32_t c = 0; c < w->output_channels; c++) {
      if (out[c] < minimum) out[c] = (INPUT)minimum;
      if (out[c] > maximum) out[c] = (INPUT)maximum;
    }
  }
}

void NAME(average_pool)(
    const ck_window *w, const INPUT *input, SUM minimum, SUM maximum, INPUT *output)
{
  FOR_EACH_POSITION {
    TAPS
    const SUM count = (SUM)((y1 - y0) * (x1 - x0));
    for (int32_t c = 0; c < w->output_channels; c++) {
      SUM sum = 0;
      for (int64_t y = y0; y < y1; y++)
        for (int64_t x = x0; x < x1; x++)
          sum += image[(y * w->input_width + x) * w->input_channels + c];
      SUM mean = MEAN(sum, count);
      if (mean < minimum) mean = minimum;
      if (mean > maximum) mean = maximum;
      out[c] = (INPUT)mean;
    }
  }
}

#undef FOR_EACH_POSITION
#undef TAPS
#endif
