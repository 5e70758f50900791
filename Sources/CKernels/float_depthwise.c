#define CK_LOOPS "float_depthwise.inc"
#include "float_each_set.inc"
