#define CK_LOOPS "float_quantization.inc"
#include "float_each_set.inc"
