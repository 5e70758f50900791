/// The inner loops, in C because only C can hold code for several instruction sets in one object
/// without compiler flags. Everything around them is Swift.
#ifndef CKERNELS_H
#define CKERNELS_H

#include "ck_float.h"
#include "ck_futex.h"
#include "ck_instruction_set.h"
#include "ck_int8.h"
#include "ck_tiles.h"

#endif
