#define CK_LOOPS "float_recurrent.inc"
#include "float_each_set.inc"
