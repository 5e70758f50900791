import CKernels
import Synchronization

/// The instruction set that the kernels of the whole process use: one test at a time may change it.
///
/// Tests that run beside it are only slower for that time, since all sets give the same bits.
public enum InstructionSets {
  private static let turn = Mutex(())

  /// Those that this processor has.
  public static let available = [ck_baseline, ck_avx2, ck_avx512].filter {
    ck_has_instruction_set($0) != 0
  }

  /// Calls `body` while `kind` is in use, or the program's own choice if it is nil; false in the body's
  /// argument says that the processor has no such set.
  public static func using<Result>(
    _ kind: ck_instruction_set_kind?,
    _ body: (_ isUsed: Bool) throws -> Result
  ) rethrows -> Result {
    try turn.withLock { _ in
      let before = ck_instruction_set()
      defer { _ = ck_use_instruction_set(before) }
      let wanted = kind ?? before
      return try body(ck_use_instruction_set(wanted) == wanted)
    }
  }
}
