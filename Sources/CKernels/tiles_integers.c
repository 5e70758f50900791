// int8 layers for every instruction set, and the choice among them.
#include <string.h>

#include "float_sets.h"
#if defined(__x86_64__)
#include <immintrin.h>
#endif

#pragma clang fp contract(off)
// Vectors wider than a register are passed between functions that are inlined only.
#pragma clang diagnostic ignored "-Wpsabi"

#define CK_INLINE static inline __attribute__((always_inline, unused))
#define CK_UNROLL _Pragma("clang loop unroll(full)")
#define CK_NO_UNROLL _Pragma("clang loop unroll(disable)")
// What is inlined for speed, but would grow large where instructions are spelt out.
#define CK_STEP CK_INLINE

#define JOIN_NAMES(name, suffix) name##_##suffix
#define JOIN(name, suffix) JOIN_NAMES(name, suffix)
#define T(name) JOIN(tiles_##name, SUFFIX)
#define Lane int32_t
#define Sums T(sums)

// Pairs of 16-bit numbers on any processor.
#define SUFFIX baseline
#define LANES 4
#define CELL_BITS 16
#define TILE_VECTORS 16
#define WIDEST 2
#define HAS_FMA 0
#define Cell int16_t
typedef int32_t Sums __attribute__((ext_vector_type(LANES)));
typedef int16_t T(words) __attribute__((ext_vector_type(2 * LANES)));
CK_INLINE Sums T(dot)(Sums sum, Sums activations, Sums weights) {
#if defined(__x86_64__)
  return sum + (Sums)_mm_madd_epi16((__m128i)activations, (__m128i)weights);
#else
  return sum + ((activations << 16) >> 16) * ((weights << 16) >> 16)
      + (activations >> 16) * (weights >> 16);
#endif
}
CK_INLINE T(words) T(pack)(Sums a, Sums b) {
#if defined(__x86_64__)
  return (T(words))_mm_packs_epi32((__m128i)a, (__m128i)b);
#else
  const Sums low = (Sums)(INT16_MIN), high = (Sums)(INT16_MAX);
  a = __builtin_elementwise_min(__builtin_elementwise_max(a, low), high);
  b = __builtin_elementwise_min(__builtin_elementwise_max(b, low), high);
  return __builtin_convertvector(
      __builtin_shufflevector(a, b, 0, 1, 2, 3, 4, 5, 6, 7), T(words));
#endif
}
#include "tiles_integers.inc"
#undef SUFFIX
#undef LANES
#undef CELL_BITS
#undef TILE_VECTORS
#undef WIDEST
#undef HAS_FMA
#undef Cell

// The sets with fours of 8-bit numbers, their instructions spelt out: `dot`; `pack` and `pack_words`,
// which narrow numbers to their bounds, and `mix_bytes` and `mix_words`, which take those of one half
// of `a` and `b` in turns, all within each 128 bits.
#define CELL_BITS 8
#define WIDEST 6
#define HAS_FMA 1
#define Cell uint8_t

#define CK_BETWEEN(value, low, high)                                                          \
  ((value) < (low) ? (low) : (value) > (high) ? (high) : (value))
#define TYPES                                                                                 \
  typedef int32_t Sums __attribute__((ext_vector_type(LANES)));                               \
  typedef int16_t T(words) __attribute__((ext_vector_type(2 * LANES)));                       \
  typedef uint8_t T(bytes) __attribute__((ext_vector_type(4 * LANES)));
#define SPELT_OUT                                                                             \
  TYPES                                                                                       \
  typedef float T(float_type) __attribute__((ext_vector_type(LANES)));                        \
  /* Four unsigned bytes times four signed ones, added to each lane. */                       \
  CK_STEP Sums T(dot)(Sums sum, Sums activations, Sums weights) {                           \
    CK_UNROLL for (int byte = 0; byte < 4; byte++)                                            \
      sum += ((activations >> (8 * byte)) & 255) * ((weights << (24 - 8 * byte)) >> 24);      \
    return sum;                                                                               \
  }                                                                                           \
  CK_STEP T(words) T(pack)(Sums a, Sums b) {                                                \
    T(words) words;                                                                           \
    for (int i = 0; i < LANES; i++) {                                                         \
      words[i / 4 * 8 + i % 4] = (int16_t)CK_BETWEEN(a[i], INT16_MIN, INT16_MAX);             \
      words[i / 4 * 8 + i % 4 + 4] = (int16_t)CK_BETWEEN(b[i], INT16_MIN, INT16_MAX);         \
    }                                                                                         \
    return words;                                                                             \
  }                                                                                           \
  CK_STEP T(bytes) T(mix_bytes)(T(bytes) a, T(bytes) b, const int half) {                   \
    T(bytes) bytes;                                                                           \
    for (int i = 0; i < 2 * LANES; i++) {                                                     \
      const int from = i / 8 * 16 + i % 8 + 8 * half;                                         \
      bytes[2 * i] = a[from];                                                                 \
      bytes[2 * i + 1] = b[from];                                                             \
    }                                                                                         \
    return bytes;                                                                             \
  }                                                                                           \
  CK_STEP Sums T(mix_words)(T(bytes) a, T(bytes) b, const int half) {                       \
    const T(words) left = (T(words))a, right = (T(words))b;                                   \
    T(words) words;                                                                           \
    for (int i = 0; i < LANES; i++) {                                                         \
      const int from = i / 4 * 8 + i % 4 + 4 * half;                                          \
      words[2 * i] = left[from];                                                              \
      words[2 * i + 1] = right[from];                                                         \
    }                                                                                         \
    return (Sums)words;                                                                       \
  }                                                                                           \
  CK_STEP T(bytes) T(pack_words)(T(words) a, T(words) b) {                                  \
    T(bytes) bytes;                                                                           \
    for (int i = 0; i < 2 * LANES; i++) {                                                     \
      bytes[i / 8 * 16 + i % 8] = (uint8_t)CK_BETWEEN(a[i], 0, 255);                          \
      bytes[i / 8 * 16 + i % 8 + 8] = (uint8_t)CK_BETWEEN(b[i], 0, 255);                      \
    }                                                                                         \
    return bytes;                                                                             \
  }                                                                                           \
  /* Halves go to even numbers; adding 1.5 x 2^52 in double precision does that. */           \
  CK_STEP Sums T(round)(T(float_type) value) {                                              \
    Sums rounded;                                                                             \
    for (int lane = 0; lane < LANES; lane++) {                                                \
      const double moved = (double)value[lane] + 6755399441055744.0;                          \
      int64_t bits;                                                                           \
      memcpy(&bits, &moved, sizeof bits);                                                     \
      rounded[lane] = (int32_t)bits;                                                          \
    }                                                                                         \
    return rounded;                                                                           \
  }

#undef CK_STEP
#define CK_STEP static __attribute__((noinline, unused))
#undef CK_UNROLL
#define CK_UNROLL CK_NO_UNROLL
#define SUFFIX like_avx_vnni
#define LANES 8
#define TILE_VECTORS 12
SPELT_OUT
#include "tiles_integers.inc"
#undef SUFFIX
#undef LANES
#undef TILE_VECTORS

#define SUFFIX like_avx512_vnni
#define LANES 16
#define TILE_VECTORS 24
#undef WIDEST
#define WIDEST 16
SPELT_OUT
#include "tiles_integers.inc"
#undef SUFFIX
#undef LANES
#undef TILE_VECTORS

#undef CK_STEP
#define CK_STEP CK_INLINE
#undef CK_UNROLL
#define CK_UNROLL _Pragma("clang loop unroll(full)")

#if defined(__x86_64__)

// What packs and mixes, with vectors of 256 or 512 bits.
#define PACKING(bits)                                                                          \
  CK_INLINE T(words) T(pack)(Sums a, Sums b) {                                                 \
    return (T(words))_mm##bits##_packs_epi32((__m##bits##i)a, (__m##bits##i)b);                \
  }                                                                                            \
  CK_INLINE T(bytes) T(mix_bytes)(T(bytes) a, T(bytes) b, const int half) {                    \
    return (T(bytes))(                                                                         \
        half ? _mm##bits##_unpackhi_epi8((__m##bits##i)a, (__m##bits##i)b)                     \
             : _mm##bits##_unpacklo_epi8((__m##bits##i)a, (__m##bits##i)b));                   \
  }                                                                                            \
  CK_INLINE Sums T(mix_words)(T(bytes) a, T(bytes) b, const int half) {                        \
    return (Sums)(                                                                             \
        half ? _mm##bits##_unpackhi_epi16((__m##bits##i)a, (__m##bits##i)b)                    \
             : _mm##bits##_unpacklo_epi16((__m##bits##i)a, (__m##bits##i)b));                  \
  }                                                                                            \
  CK_INLINE T(bytes) T(pack_words)(T(words) a, T(words) b) {                                   \
    return (T(bytes))_mm##bits##_packus_epi16((__m##bits##i)a, (__m##bits##i)b);               \
  }

#pragma clang attribute push( \
    __attribute__((target("arch=x86-64-v3,avxvnni"))), apply_to = function)
#undef WIDEST
#define WIDEST 6
#define SUFFIX avx_vnni
#define LANES 8
#define TILE_VECTORS 12
TYPES
CK_INLINE Sums T(dot)(Sums sum, Sums activations, Sums weights) {
  return (Sums)_mm256_dpbusd_avx_epi32((__m256i)sum, (__m256i)activations, (__m256i)weights);
}
CK_INLINE Sums T(round)(__m256 value) { return (Sums)_mm256_cvtps_epi32(value); }
PACKING(256)
#include "tiles_integers.inc"
#undef SUFFIX
#undef LANES
#undef TILE_VECTORS
#pragma clang attribute pop

#pragma clang attribute push( \
    __attribute__((target("arch=x86-64-v4,avx512vnni"), min_vector_width(512))), \
    apply_to = function)
#define SUFFIX avx512_vnni
#define LANES 16
#define TILE_VECTORS 24
#undef WIDEST
#define WIDEST 16
TYPES
CK_INLINE Sums T(dot)(Sums sum, Sums activations, Sums weights) {
  return (Sums)_mm512_dpbusd_epi32((__m512i)sum, (__m512i)activations, (__m512i)weights);
}
CK_INLINE Sums T(round)(__m512 value) { return (Sums)_mm512_cvtps_epi32(value); }
PACKING(512)
#include "tiles_integers.inc"
#undef SUFFIX
#undef LANES
#undef TILE_VECTORS
#pragma clang attribute pop

#undef WIDEST
#define WIDEST 6
#undef CELL_BITS
#undef Cell
#define CELL_BITS 16
#define Cell int16_t

#pragma clang attribute push(__attribute__((target("arch=x86-64-v3"))), apply_to = function)
#define SUFFIX avx2
#define LANES 8
#define TILE_VECTORS 12
typedef int32_t Sums __attribute__((ext_vector_type(LANES)));
typedef int16_t T(words) __attribute__((ext_vector_type(2 * LANES)));
CK_INLINE Sums T(dot)(Sums sum, Sums activations, Sums weights) {
  return sum + (Sums)_mm256_madd_epi16((__m256i)activations, (__m256i)weights);
}
CK_INLINE T(words) T(pack)(Sums a, Sums b) {
  return (T(words))_mm256_packs_epi32((__m256i)a, (__m256i)b);
}
CK_INLINE Sums T(round)(__m256 value) { return (Sums)_mm256_cvtps_epi32(value); }
#include "tiles_integers.inc"
#pragma clang attribute pop

#endif

const char *ck_tiles_set_name(ck_tile_set set) {
  static const char *const names[ck_tile_set_count] = {
      "baseline", "avx2", "avx-vnni", "avx512-vnni", "like-avx-vnni", "like-avx512-vnni"};
  return names[set];
}

int ck_tiles_has_set(ck_tile_set set) {
#if defined(__x86_64__)
  switch (set) {
  case ck_tiles_avx2: return ck_has_instruction_set(ck_avx2);
  case ck_tiles_avx_vnni:
    return ck_has_instruction_set(ck_avx2) && __builtin_cpu_supports("avxvnni") != 0;
  case ck_tiles_avx512_vnni:
    return ck_has_instruction_set(ck_avx512) && __builtin_cpu_supports("avx512vnni") != 0;
  default: return 1;
  }
#else
  return set != ck_tiles_avx2 && set != ck_tiles_avx_vnni && set != ck_tiles_avx512_vnni;
#endif
}

ck_tile_set ck_tiles_best_set(void) {
  const ck_instruction_set_kind kind = ck_instruction_set();
  if (kind == ck_avx512 && ck_tiles_has_set(ck_tiles_avx512_vnni)) return ck_tiles_avx512_vnni;
  if (kind != ck_baseline && ck_tiles_has_set(ck_tiles_avx_vnni)) return ck_tiles_avx_vnni;
  return kind == ck_baseline ? ck_tiles_baseline : ck_tiles_avx2;
}

static int hasWords(ck_tile_set set) { return set == ck_tiles_baseline || set == ck_tiles_avx2; }

int ck_tiles_cell_bytes(ck_tile_set set) { return hasWords(set) ? 2 : 1; }

int ck_tiles_channel(ck_tile_set set, int lane) {
  if (set != ck_tiles_avx2) return lane;
  // Vector v, 128 bits i and element e of the order that packing takes back.
  const int v = lane / 8, i = lane / 4 % 2, e = lane % 4;
  return 8 * i + 4 * v + e;
}

int ck_tiles_block(ck_tile_set set) {
  switch (set) {
  case ck_tiles_avx_vnni:
  case ck_tiles_like_avx_vnni: return 32;
  case ck_tiles_avx512_vnni:
  case ck_tiles_like_avx512_vnni: return 64;
  default: return 0;
  }
}

int ck_tiles_joins_units(ck_tile_set set, int units) {
  return (set == ck_tiles_avx512_vnni || set == ck_tiles_like_avx512_vnni) && units % 8 == 0;
}

int ck_tiles_takes_half(ck_tile_set set, int channels) {
  const int hasEightLanes =
      set == ck_tiles_avx2 || set == ck_tiles_avx_vnni || set == ck_tiles_like_avx_vnni;
  return hasEightLanes && channels <= ck_tile_unit / 2;
}

#if defined(__x86_64__)
#define PROCESSOR_SETS(name, ...)                                                   \
  case ck_tiles_avx2: tiles_##name##_avx2(__VA_ARGS__); break;                      \
  case ck_tiles_avx_vnni: tiles_##name##_avx_vnni(__VA_ARGS__); break;              \
  case ck_tiles_avx512_vnni: tiles_##name##_avx512_vnni(__VA_ARGS__); break;
#else
#define PROCESSOR_SETS(name, ...)
#endif

#define CALL(set, name, ...)                                                        \
  switch (set) {                                                                    \
    PROCESSOR_SETS(name, __VA_ARGS__)                                               \
  case ck_tiles_like_avx_vnni: tiles_##name##_like_avx_vnni(__VA_ARGS__); break;    \
  case ck_tiles_like_avx512_vnni: tiles_##name##_like_avx512_vnni(__VA_ARGS__); break; \
  default: tiles_##name##_baseline(__VA_ARGS__); break;                             \
  }

void ck_tiles_convolve(const ck_tile_layer *layer, const void *input, void *output) {
  CALL(layer->set, convolve, layer, input, output)
}

void ck_tiles_multiply(const ck_tile_layer *layer, const void *input, void *output) {
  CALL(layer->set, multiply, layer, input, output)
}

void ck_tiles_convolve_depthwise(const ck_tile_layer *layer, const void *input, void *output) {
  CALL(layer->set, convolve_depthwise, layer, input, output)
}

void ck_tiles_convolve_hybrid(const ck_tile_layer *layer, const void *input, float *output) {
  CALL(layer->set, convolve_hybrid, layer, input, output)
}

void ck_tiles_range(
    ck_tile_set set, const ck_tile_image *image, const float *from, float *low, float *high) {
  CALL(set, range, image, from, low, high)
}

void ck_tiles_quantize(
    ck_tile_set set, const ck_tile_image *image, const float *from, float inverse, int32_t zero,
    int64_t output_row, void *to) {
  CALL(set, quantize, image, from, inverse, zero, output_row, to)
}

void ck_tiles_import(
    ck_tile_set set, const ck_tile_image *image, const int8_t *from, void *to) {
  CALL(set, import, image, from, to)
}

void ck_tiles_export(
    ck_tile_set set, const ck_tile_image *image, const void *from, int8_t *to) {
  CALL(set, export, image, from, to)
}

void ck_tiles_max_pool(
    ck_tile_set set, const ck_tile_window *window, const ck_tile_image *input, const void *from,
    int64_t output_row, void *to) {
  CALL(set, max_pool, window, input, from, output_row, to)
}

void ck_tiles_average_pool(
    ck_tile_set set, const ck_tile_window *window, const ck_tile_image *input, const void *from,
    int64_t output_row, void *to) {
  CALL(set, average_pool, window, input, from, output_row, to)
}

void ck_tiles_totals(
    ck_tile_set set, const ck_tile_image *input, const void *from, int32_t *totals) {
  CALL(set, totals, input, from, totals)
}

void ck_tiles_add(
    ck_tile_set set, const ck_tile_sum *sum, int64_t count, const void *a, const void *b,
    void *result) {
  CALL(set, add, sum, count, a, b, result)
}
