// Maximum and mean of moving windows for int8, int16 and float graphs.
#include <float.h>

#include "CKernels.h"

#pragma clang fp contract(off)

#define SUM int32_t
#define MEAN(sum, count) ((sum) > 0 ? ((sum) + (count) / 2) / (count) : ((sum) - (count) / 2) / (count))
#define NAME(suffix) ck_int8_##suffix
#define INPUT int8_t
#define LOWEST INT8_MIN
#include "int8_window.h"
#undef NAME
#undef INPUT
#undef LOWEST

#define NAME(suffix) ck_int16_##suffix
#define INPUT int16_t
#define LOWEST INT16_MIN
#include "int8_window.h"
#undef NAME
#undef INPUT
#undef LOWEST
#undef SUM
#undef MEAN

#define SUM float
#define MEAN(sum, count) ((sum) / (count))
#define NAME(suffix) ck_float_##suffix
#define INPUT float
#define LOWEST (-FLT_MAX)
#include "int8_window.h"
