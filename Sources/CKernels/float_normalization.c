#define CK_LOOPS "float_normalization.inc"
#include "float_each_set.inc"
