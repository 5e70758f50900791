/// Why a model cannot run on a board.
public enum Refusal: Hashable, Sendable {
  /// The arena alone is larger than the RAM.
  case arena(board: String, ramBytes: Int, arenaBytes: Int, largest: [Buffer])
  /// The arena fits, but not with stack and runtime.
  case ram(board: String, ramBytes: Int, use: RAMUse)
  case flash(board: String, flashBytes: Int, use: FlashUse)
  /// Floats multiplied with integer weights.
  case hybrid(operation: String)
  /// Weights in half precision, which are turned into floats before every run.
  case halfPrecision(tensor: String)

  /// A buffer with its size.
  public struct Buffer: Hashable, Sendable {
    /// What it is.
    public let name: String
    /// How large it is.
    public let bytes: Int
  }
}

extension Refusal: CustomStringConvertible {
  /// One sentence with found and expected.
  public var description: String {
    switch self {
    case .arena(let board, let ram, let arena, _):
      "\(board) has \(byteText(ram)) of RAM, and this model's arena needs \(byteText(arena))"
    case .ram(let board, let ram, let use):
      "\(board) has \(byteText(ram)) of RAM, and this model needs \(byteText(use.totalBytes)): "
        + "arena \(byteText(use.arenaBytes)), stack \(byteText(use.stackBytes)), "
        + "runtime \(byteText(use.runtimeBytes))"
    case .flash(let board, let flash, let use):
      "\(board) has \(byteText(flash)) of flash, and this model needs "
        + "\(byteText(use.totalBytes)): weights \(byteText(use.weightBytes)), "
        + "code about \(byteText(use.estimatedCodeBytes)), runtime \(byteText(use.runtimeBytes))"
    case .hybrid(let operation):
      "'\(operation)' multiplies floats with int8 weights, and microcontroller runtimes have no "
        + "kernels for such a dynamic-range model"
    case .halfPrecision(let tensor):
      "'\(tensor)' is float16, which microcontroller runtimes cannot turn into floats"
    }
  }

  /// How to mend it.
  public var remedy: String {
    switch self {
    case .arena(_, _, _, let largest):
      "largest buffers: "
        + largest.map { "\($0.name) \(byteText($0.bytes))" }.joined(separator: ", ")
        + "; 'show plan' draws them"
    case .ram: "a smaller input, stride or channel count shrinks the arena"
    case .flash: "quantize, prune channels, or choose a board with more flash"
    case .hybrid: "quantize to int8 with calibration, so that activations are integers too"
    case .halfPrecision: "quantize to int8, or deploy the float model"
    }
  }
}
