#include <errno.h>
#include <malloc.h>
#include <stddef.h>

#include "ck_allocations.h"

#pragma clang fp contract(off)

static _Thread_local long count;
static _Thread_local long bytes;

long ck_allocation_count(void) { return count; }
long ck_allocated_bytes(void) { return bytes; }

#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || !defined(__GLIBC__)

int ck_counts_allocations(void) { return 0; }

#else

int ck_counts_allocations(void) { return 1; }

// The C library's own functions behind those that this file replaces in the whole process.
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t number, size_t size);
void *__libc_realloc(void *memory, size_t size);
void *__libc_memalign(size_t alignment, size_t size);
void __libc_free(void *memory);

static void *counted(void *memory) {
  count++;
  if (memory) bytes += (long)malloc_usable_size(memory);
  return memory;
}

void *malloc(size_t size) { return counted(__libc_malloc(size)); }

void *calloc(size_t number, size_t size) { return counted(__libc_calloc(number, size)); }

void *realloc(void *memory, size_t size) {
  if (memory) bytes -= (long)malloc_usable_size(memory);
  return counted(__libc_realloc(memory, size));
}

void *memalign(size_t alignment, size_t size) { return counted(__libc_memalign(alignment, size)); }

void *aligned_alloc(size_t alignment, size_t size) { return memalign(alignment, size); }

int posix_memalign(void **memory, size_t alignment, size_t size) {
  *memory = memalign(alignment, size);
  return *memory ? 0 : ENOMEM;
}

void free(void *memory) {
  if (memory) bytes -= (long)malloc_usable_size(memory);
  __libc_free(memory);
}

#endif
