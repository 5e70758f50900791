#define CK_LOOPS "tiles_floats.inc"
#include "float_each_set.inc"

#if defined(__x86_64__)
#define CALL(name, ...)                                                  \
  switch (ck_instruction_set()) {                                        \
  case ck_avx512: float_tiles_##name##_avx512(__VA_ARGS__); break;       \
  case ck_avx2: float_tiles_##name##_avx2(__VA_ARGS__); break;           \
  default: float_tiles_##name##_baseline(__VA_ARGS__); break;            \
  }
#else
#define CALL(name, ...) float_tiles_##name##_baseline(__VA_ARGS__);
#endif

// Packed floats are in the same order for every set, so that the set may change at any time.

void ck_tiles_convolve_floats(const ck_tile_layer *layer, const float *input, float *output) {
#if defined(__x86_64__)
  // Vectors of eight floats waste nothing on half a unit.
  if (ck_instruction_set() != ck_baseline && layer->channels <= ck_tile_unit / 2) {
    ck_tile_layer own = *layer;
    own.is_half = 1;
    float_tiles_convolve_avx2(&own, input, output);
    return;
  }
#endif
  CALL(convolve, layer, input, output)
}

void ck_tiles_convolve_depthwise_floats(
    const ck_tile_layer *layer, const float *input, float *output) {
  CALL(convolve_depthwise, layer, input, output)
}

void ck_tiles_import_floats(const ck_tile_image *image, const float *from, float *to) {
  CALL(import, image, from, to)
}

void ck_tiles_export_floats(const ck_tile_image *image, const float *from, float *to) {
  CALL(export, image, from, to)
}

void ck_tiles_max_pool_floats(
    const ck_tile_window *window, const ck_tile_image *input, const float *from,
    int64_t output_row, float *to) {
  CALL(max_pool, window, input, from, output_row, to)
}

void ck_tiles_average_pool_floats(
    const ck_tile_window *window, const ck_tile_image *input, const float *from,
    int64_t output_row, float *to) {
  CALL(average_pool, window, input, from, output_row, to)
}

void ck_tiles_totals_floats(const ck_tile_image *input, const float *from, float *totals) {
  CALL(totals, input, from, totals)
}

void ck_tiles_add_floats(
    int64_t count, int subtracts, float lower, float upper, const float *a, const float *b,
    float *result) {
  CALL(add, count, subtracts, lower, upper, a, b, result)
}
