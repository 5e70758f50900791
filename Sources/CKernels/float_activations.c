#define CK_LOOPS "float_activations.inc"
#include "float_each_set.inc"

int ck_activation_needs_inputs(ck_activation activation) { return activation >= ck_softplus; }
