/// Which instruction set the kernels use: chosen once, the same results whichever it is.
#ifndef CK_INSTRUCTION_SET_H
#define CK_INSTRUCTION_SET_H

/// The instruction sets that kernels are compiled for, in order of preference.
///
/// On AArch64 the baseline is NEON, and it is the only set.
typedef enum ck_instruction_set_kind {
  ck_baseline = 0,
  ck_avx2 = 1,
  ck_avx512 = 2,
} ck_instruction_set_kind;

enum { ck_instruction_set_count = 3 };

/// The set in use: the best that the CPU has, or the one named by the environment variable
/// `JATAI_KERNELS` (`baseline`, `avx2` or `avx512`) if the CPU has that.
ck_instruction_set_kind ck_instruction_set(void);

/// `baseline`, `avx2` or `avx512`.
const char *ck_instruction_set_name(ck_instruction_set_kind kind);

/// Whether this CPU can run kernels compiled for `kind`.
int ck_has_instruction_set(ck_instruction_set_kind kind);

/// Makes every later call use `kind`, or does nothing if the CPU lacks it; returns the set in use.
///
/// For tests and benchmarks. May be called at any time, since every set gives the same results.
ck_instruction_set_kind ck_use_instruction_set(ck_instruction_set_kind kind);

#endif
