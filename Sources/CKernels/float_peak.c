#define CK_LOOPS "float_peak.inc"
#include "float_each_set.inc"

/// Vectors that a burst adds to: enough to hide the latency of two units.
enum { burstVectors = 12 };

long ck_multiply_add_burst_count(long rounds) {
  static const int lanes[ck_instruction_set_count] = {4, 8, 16};
  return rounds * burstVectors * lanes[ck_instruction_set()];
}
