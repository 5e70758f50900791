#include "float_tile.h"

#define CK_LOOPS "float_tile.inc"
#include "float_each_set.inc"
