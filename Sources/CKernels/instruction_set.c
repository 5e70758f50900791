#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "ck_instruction_set.h"

#pragma clang fp contract(off)

static const char *const names[ck_instruction_set_count] = {"baseline", "avx2", "avx512"};

/// The set in use plus 1; 0 until it is first asked for.
static atomic_int chosen;

const char *ck_instruction_set_name(ck_instruction_set_kind kind) { return names[kind]; }

int ck_has_instruction_set(ck_instruction_set_kind kind) {
#if defined(__x86_64__)
  switch (kind) {
  case ck_baseline: return 1;
  case ck_avx2: return __builtin_cpu_supports("x86-64-v3") != 0;
  case ck_avx512: return __builtin_cpu_supports("x86-64-v4") != 0;
  }
#endif
  return kind == ck_baseline;
}

/// The set that JATAI_KERNELS names, if this CPU has it, or else the best.
static ck_instruction_set_kind choose(void) {
  const char *wanted = getenv("JATAI_KERNELS");
  ck_instruction_set_kind best = ck_baseline;
  for (int kind = 0; kind < ck_instruction_set_count; kind++) {
    if (!ck_has_instruction_set((ck_instruction_set_kind)kind)) continue;
    best = (ck_instruction_set_kind)kind;
    if (wanted && strcmp(wanted, names[kind]) == 0) return best;
  }
  return best;
}

ck_instruction_set_kind ck_instruction_set(void) {
  int known = atomic_load_explicit(&chosen, memory_order_relaxed);
  if (known == 0) {
    known = (int)choose() + 1;
    atomic_store_explicit(&chosen, known, memory_order_relaxed);
  }
  return (ck_instruction_set_kind)(known - 1);
}

ck_instruction_set_kind ck_use_instruction_set(ck_instruction_set_kind kind) {
  if (ck_has_instruction_set(kind))
    atomic_store_explicit(&chosen, (int)kind + 1, memory_order_relaxed);
  return ck_instruction_set();
}
