/// Counts what a thread takes from the heap, for tests.
#ifndef CK_ALLOCATIONS_H
#define CK_ALLOCATIONS_H

/// How often this thread has allocated since it began.
long ck_allocation_count(void);

/// Bytes that this thread has allocated, less those that it has freed.
long ck_allocated_bytes(void);

/// Whether allocations are counted at all: not under a sanitizer, which has an allocator of its own.
int ck_counts_allocations(void);

#endif
