#define CK_LOOPS "float_optimizers.inc"
#include "float_each_set.inc"
