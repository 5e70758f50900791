// libmd's SHA-256 (the library that libedit already brings).
#ifndef CDIGEST_SHIM_H
#define CDIGEST_SHIM_H
#include <sys/types.h>
#include <sha256.h>
#endif
