// The search for requantizations in floating point that give the exact integers.
//
// The exact rule (two roundings) and the rule of the kernels (conversion, multiplication and addition,
// rounding) are monotone functions of the sum. Both are therefore known by the sums at which they
// step from one result to the next, and are equal everywhere if they are equal on both sides of each
// step of one of them.
#include <string.h>

#include "CKernels.h"

#pragma clang fp contract(off)

/// 1.5 x 2^52: added to a double of less than 2^51, it leaves the nearest integer in the low bits.
static const double integerPart = 6755399441055744.0;

static int32_t roundedToEven(double value) {
  const double moved = value + integerPart;
  int64_t bits;
  memcpy(&bits, &moved, sizeof bits);
  return (int32_t)bits;
}

/// gemmlowp's rounding of `sum * multiplier * 2^(shift - 31)`.
static int32_t roundedTwice(int32_t sum, int32_t multiplier, int32_t shift) {
  const int32_t left = shift > 0 ? shift : 0, right = shift > 0 ? 0 : -shift;
  const int32_t shifted = (int32_t)((uint32_t)sum << left);
  if (shifted == INT32_MIN && multiplier == INT32_MIN) return INT32_MAX;
  const int64_t high = ((int64_t)shifted * multiplier + ((int64_t)1 << 30)) >> 31;
  if (right == 0) return (int32_t)high;
  return (int32_t)((high + ((int64_t)1 << (right - 1)) - (high < 0)) >> right);
}

static int32_t bounded(int64_t value, int32_t minimum, int32_t maximum) {
  return (int32_t)(value < minimum ? minimum : value > maximum ? maximum : value);
}

int32_t ck_exact_result(const ck_exact_channel *channel, int32_t sum) {
  if (channel->real != 0) {
    const double value = (double)sum * channel->real;
    if (value <= channel->minimum - 1.0) return channel->minimum;
    if (value >= channel->maximum + 1.0) return channel->maximum;
    // Half away from zero: the difference to the integer part is exact.
    int64_t rounded = (int64_t)value;
    if (value - (double)rounded >= 0.5) rounded++;
    if ((double)rounded - value >= 0.5) rounded--;
    return bounded(rounded, channel->minimum, channel->maximum);
  }
  return bounded(
      roundedTwice(sum, channel->multiplier, channel->shift), channel->minimum,
      channel->maximum);
}

/// The real factor.
static double factor(const ck_exact_channel *channel) {
  if (channel->real != 0) return channel->real;
  double value = (double)channel->multiplier / 2147483648.0;
  for (int i = 0; i < channel->shift; i++) value *= 2;
  for (int i = 0; i > channel->shift; i--) value /= 2;
  return value;
}

/// What a rule must do: reach `result` or more at one sum, or stay below it at another.
typedef struct condition {
  int32_t sum, result;
  int reaches;
} condition;

enum { largestConditionCount = 2 * 256 + 2 };

/// The conditions under which a monotone rule equals the exact one, or -1 if there are none that can
/// be checked: sums beyond 32 bits, or more results than a byte has.
static int conditions(const ck_exact_channel *channel, condition *found) {
  const int64_t room = INT32_MAX;
  if (channel->least < -room || channel->largest > room || channel->least > channel->largest)
    return -1;
  if ((int64_t)channel->maximum - channel->minimum > 255) return -1;
  const double scale = factor(channel);
  // A left shift may not overflow.
  if (channel->shift > 0) {
    const int64_t most = ((int64_t)1 << 31) - 1;
    if ((channel->largest << channel->shift) > most || (channel->least << channel->shift) < -most)
      return -1;
  }
  const int32_t least = (int32_t)channel->least, largest = (int32_t)channel->largest;
  const int32_t first = ck_exact_result(channel, least);
  const int32_t last = ck_exact_result(channel, largest);
  int count = 0;
  // Where a bound is met, whatever lies beyond it serves as well.
  if (first > channel->minimum) found[count++] = (condition){least, first, 1};
  for (int32_t result = first + 1; result <= last; result++) {
    int64_t sum = scale > 0 ? (int64_t)((result - 0.5) / scale) : least;
    sum = sum < least ? least : sum > largest ? largest : sum;
    // The estimate is off by the roundings only.
    int steps = 0;
    while (sum < largest && ck_exact_result(channel, (int32_t)sum) < result && steps++ < 64) sum++;
    while (sum > least && ck_exact_result(channel, (int32_t)sum - 1) >= result && steps++ < 64)
      sum--;
    if (steps >= 64 || sum == least || ck_exact_result(channel, (int32_t)sum) < result) return -1;
    found[count++] = (condition){(int32_t)sum, result, 1};
    found[count++] = (condition){(int32_t)sum - 1, result, 0};
  }
  if (last < channel->maximum) found[count++] = (condition){largest, last + 1, 0};
  return count;
}

/// Whether a value before rounding to the nearest integer, halves to even, meets a condition.
static int meets(double value, double result, int isEven, int reaches) {
  const int reached = value > result - 0.5 || (value == result - 0.5 && isEven);
  return reached == reaches;
}

static float fusedSingle(float sum, float scale, float nudge) {
  return __builtin_fmaf(sum, scale, nudge);
}

int32_t ck_single_result(const ck_single_rule *rule, int has_sign, int32_t sum) {
  const int32_t moved = (int32_t)((uint32_t)sum - (uint32_t)rule->sum_offset);
  const float nudge = has_sign && moved < 0 ? -rule->nudge : rule->nudge;
  return roundedToEven((double)fusedSingle((float)moved, rule->scale, nudge))
      + rule->result_offset;
}

int32_t ck_double_result(double scale, double nudge, int32_t sum) {
  return roundedToEven((double)sum * scale + (sum < 0 ? -nudge : nudge));
}

/// `value` moved by some units in the last place.
static float neighbour(float value, int steps) {
  int32_t bits;
  memcpy(&bits, &value, sizeof bits);
  bits += steps;
  memcpy(&value, &bits, sizeof value);
  return value;
}

/// The body of `ck_verify_single` for one offset, compiled also with the instruction for fmaf.
static inline __attribute__((always_inline)) int searchSingle(
    const condition *all, int count, int has_sign, double scale, int32_t sumOffset,
    int32_t resultOffset, int reach, ck_single_rule *rule) {
  static const double places[] = {0.5, 0.35, 0.65, 0.2, 0.8};
  for (int attempt = 0; attempt <= 2 * reach; attempt++) {
    const int steps = (attempt & 1) ? (attempt + 1) / 2 : -(attempt / 2);
    const float tried = neighbour((float)scale, steps);
    // Where the nudge may lie, were it not for the rounding of the fused operation.
    double low = -1e30, high = 1e30;
    for (int i = 0; i < count; i++) {
      const double x = (double)(float)(all[i].sum - sumOffset);
      const double rest = all[i].result - resultOffset - 0.5 - x * (double)tried;
      if (has_sign && x < 0) {
        if (all[i].reaches) high = -rest < high ? -rest : high;
        else low = -rest > low ? -rest : low;
      } else {
        if (all[i].reaches) low = rest > low ? rest : low;
        else high = rest < high ? rest : high;
      }
    }
    const double usual = (double)sumOffset * scale - resultOffset;
    if (has_sign && low < 0) low = 0;
    if (low < -1e29 && high > 1e29) low = high = usual;
    else if (low < -1e29) low = high - 1e-3;
    else if (high > 1e29) high = low + 1e-3;
    if (high < low) continue;
    for (int place = 0; place < 5; place++) {
      const float nudge = (float)(low + (high - low) * places[place]);
      if (has_sign && nudge < 0) continue;
      int holds = 1;
      for (int i = 0; i < count && holds; i++) {
        const int32_t moved = all[i].sum - sumOffset;
        const float value =
            __builtin_fmaf((float)moved, tried, has_sign && moved < 0 ? -nudge : nudge);
        const int32_t wanted = all[i].result - resultOffset;
        holds = meets((double)value, wanted, (wanted & 1) == 0, all[i].reaches);
      }
      if (holds) {
        *rule = (ck_single_rule){sumOffset, resultOffset, tried, nudge};
        return 1;
      }
    }
  }
  return 0;
}

#if defined(__x86_64__)
__attribute__((target("arch=x86-64-v3"))) static int searchWithInstruction(
    const condition *all, int count, int has_sign, double scale, int32_t sumOffset,
    int32_t resultOffset, int reach, ck_single_rule *rule) {
  return searchSingle(all, count, has_sign, scale, sumOffset, resultOffset, reach, rule);
}
#endif

static int search(
    const condition *all, int count, int has_sign, double scale, int32_t sumOffset,
    int32_t resultOffset, int reach, ck_single_rule *rule) {
#if defined(__x86_64__)
  if (ck_has_instruction_set(ck_avx2))
    return searchWithInstruction(
        all, count, has_sign, scale, sumOffset, resultOffset, reach, rule);
#endif
  return searchSingle(all, count, has_sign, scale, sumOffset, resultOffset, reach, rule);
}

int ck_verify_single(const ck_exact_channel *channel, int has_sign, ck_single_rule *rule) {
  condition all[largestConditionCount];
  const int count = conditions(channel, all);
  if (count < 0) return 0;
  const double scale = factor(channel);
  // Moved sums and results before bounds have 32 bits.
  const int64_t room = (int64_t)1 << 30;
  if (scale >= 1 || channel->least < -room || channel->largest > room) return 0;
  if (has_sign) return search(all, count, 1, scale, 0, 0, 32, rule);
  // With the middle of the bounds at 0, single precision has one more bit for the outer results.
  const int32_t middle = (int32_t)(((int64_t)channel->minimum + channel->maximum + 1) / 2);
  const double centre = scale > 0 ? middle / scale : 0;
  int32_t offset = 0;
  if (centre < 536870912.0 && centre > -536870912.0) offset = roundedToEven(centre);
  for (int attempt = 0; attempt < 25; attempt++) {
    const int32_t moved = offset + ((attempt & 1) ? (attempt + 1) / 2 : -(attempt / 2));
    if (search(all, count, 0, scale, moved, middle, attempt == 0 ? 32 : 3, rule)) return 1;
  }
  return 0;
}

int ck_verify_double(const ck_exact_channel *channel, double *scale, double *nudge) {
  condition all[largestConditionCount];
  const int count = conditions(channel, all);
  if (count < 0) return 0;
  *scale = factor(channel);
  // Results of less than 2^30 before bounds.
  if (*scale * (double)channel->largest > 1073741823.0) return 0;
  if (*scale * (double)channel->least < -1073741823.0) return 0;
  double low = 0, high = 0.25;
  for (int i = 0; i < count; i++) {
    const double rest = all[i].result - 0.5 - (double)all[i].sum * *scale;
    const double edge = all[i].sum < 0 ? -rest : rest;
    if ((all[i].sum < 0) != all[i].reaches) low = edge > low ? edge : low;
    else high = edge < high ? edge : high;
  }
  if (high < low) return 0;
  static const double places[] = {0.5, 0, 0.25, 0.75};
  for (int place = 0; place < 4; place++) {
    *nudge = low + (high - low) * places[place];
    int holds = 1;
    for (int i = 0; i < count && holds; i++) {
      const double value = (double)all[i].sum * *scale + (all[i].sum < 0 ? -*nudge : *nudge);
      holds = meets(value, all[i].result, (all[i].result & 1) == 0, all[i].reaches);
    }
    if (holds) return 1;
  }
  return 0;
}

// Sums of two cells have 65,536 cases, which are all tried.

int32_t ck_tiles_exact_sum(const ck_tile_sum *sum, int a, int b) {
  const int32_t joined = (int32_t)((uint32_t)sum->left[a] + (uint32_t)sum->right[b]);
  const int64_t result =
      (int64_t)roundedTwice(joined, sum->multiplier, sum->shift) + sum->offset;
  return bounded(result, sum->minimum, sum->maximum);
}

static inline __attribute__((always_inline)) int agrees(
    const ck_tile_sum *sum, float left, float right, float nudge, int pair, int32_t expected) {
  const float value = __builtin_fmaf(
      (float)(pair >> 8), left, __builtin_fmaf((float)(pair & 255), right, nudge));
  return bounded(roundedToEven((double)value), sum->minimum, sum->maximum) == expected;
}

static inline __attribute__((always_inline)) void searchSum(
    ck_tile_sum *sum, double left, double right, double constant, const uint8_t *expected,
    const int32_t *hard, int hardCount) {
  for (int attempt = 0; attempt < 7 * 7 * 81; attempt++) {
    const float tryLeft = neighbour((float)left, attempt % 7 - 3);
    const float tryRight = neighbour((float)right, attempt / 7 % 7 - 3);
    const int step = attempt / 49;
    const double moved = ((step & 1) ? (step + 1) / 2 : -(step / 2)) * 1e-6;
    const float nudge = (float)(constant + moved);
    // Next to 0 the neighbours are no numbers.
    int holds = tryLeft * 0 == 0 && tryRight * 0 == 0;
    for (int i = 0; i < hardCount && holds; i++)
      holds = agrees(sum, tryLeft, tryRight, nudge, hard[i], expected[hard[i]]);
    for (int pair = 0; pair < 65536 && holds; pair++)
      holds = agrees(sum, tryLeft, tryRight, nudge, pair, expected[pair]);
    if (holds) {
      sum->is_verified = 1;
      sum->left_scale = tryLeft;
      sum->right_scale = tryRight;
      sum->nudge = nudge;
      return;
    }
  }
}

#if defined(__x86_64__)
__attribute__((target("arch=x86-64-v3"))) static void searchSumWithInstruction(
    ck_tile_sum *sum, double left, double right, double constant, const uint8_t *expected,
    const int32_t *hard, int hardCount) {
  searchSum(sum, left, right, constant, expected, hard, hardCount);
}
#endif

void ck_tiles_verify_sum(ck_tile_sum *sum, double left, double right, double constant) {
  sum->is_verified = 0;
  if (!(left < 1048576 && left > -1048576 && right < 1048576 && right > -1048576)) return;
  uint8_t expected[65536];
  // The pairs whose result lies nearly between two integers; the rest hardly ever fails.
  int32_t hard[4096];
  int hardCount = 0;
  for (int pair = 0; pair < 65536; pair++) {
    expected[pair] = (uint8_t)ck_tiles_exact_sum(sum, pair >> 8, pair & 255);
    const double value = left * (pair >> 8) + right * (pair & 255) + constant;
    if (value < -1 || value > 256 || hardCount == 4096) continue;
    const double beyond = value + 0.5 - (double)(int64_t)(value + 2.5) + 2;
    if (beyond < 1e-3 || beyond > 1 - 1e-3) hard[hardCount++] = pair;
  }
#if defined(__x86_64__)
  if (ck_has_instruction_set(ck_avx2)) {
    searchSumWithInstruction(sum, left, right, constant, expected, hard, hardCount);
    return;
  }
#endif
  searchSum(sum, left, right, constant, expected, hard, hardCount);
}
