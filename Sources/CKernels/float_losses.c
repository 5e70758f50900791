#define CK_LOOPS "float_losses.inc"
#include "float_each_set.inc"
