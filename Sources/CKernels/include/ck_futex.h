/// What a thread pool needs of the processor and the kernel that Swift cannot say:
/// `futex` goes through the variadic `syscall`, processor sets are macros, and there is no `pause`
/// instruction in Swift.
#ifndef CK_FUTEX_H
#define CK_FUTEX_H

#include <stdint.h>

/// Sleeps while `*word` is `expected`; may return early.
void ck_futex_wait(const uint32_t *word, uint32_t expected);

/// Wakes at most `count` threads that sleep on `word`.
void ck_futex_wake(const uint32_t *word, int count);

/// How many processors this process may use, at least 1.
int ck_processor_count(void);

/// Tells the core that this is a loop of waiting.
void ck_spin_pause(void);

#endif
