#define CK_LOOPS "float_pooling.inc"
#include "float_each_set.inc"
