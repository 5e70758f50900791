#include "float_tile.h"

#define CK_LOOPS "float_matmul.inc"
#include "float_each_set.inc"

/// Terms that a panel of the right matrix covers: with 32 columns it fills half a level-1 cache.
enum { panelDepth = 256 };

/// Columns of the widest panel: two vectors of the widest instruction set.
enum { panelColumns = 32 };

long ck_matmul_workspace(long rows, long columns, long depth) {
  (void)rows;
  const long deep = depth < panelDepth ? depth : panelDepth;
  const long wide = columns < panelColumns ? columns : panelColumns;
  return deep * wide;
}
