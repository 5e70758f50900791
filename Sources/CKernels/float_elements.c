#define CK_LOOPS "float_elements.inc"
#include "float_each_set.inc"
