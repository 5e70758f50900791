import Inference

/// What a model takes of a board's RAM.
public struct RAMUse: Hashable, Sendable {
  /// The arena of all activations.
  public let arenaBytes: Int
  /// Room for calls and interrupts: the deepest kernel, its callers and one interrupt frame.
  public let stackBytes: Int
  /// Variables of the firmware outside the arena: clock, serial port, state of the start-up code.
  public let runtimeBytes: Int

  /// All of it.
  public var totalBytes: Int { arenaBytes + stackBytes + runtimeBytes }

  /// The use of an arena on a core.
  init(arenaBytes: Int, core: Core) {
    self.arenaBytes = arenaBytes
    // An 8-bit core pushes two bytes a call and keeps no floating-point frame; a kernel with ten
    // 32-bit variables and three calls stays below 200 bytes. On 32-bit cores an interrupt alone
    // may push 104 bytes (with floating-point registers), kernels about 150 each.
    stackBytes = core == .avr ? 256 : 1024
    // avr-libc's serial port and timer; on 32-bit cores also the vector table's copy.
    runtimeBytes = core == .avr ? 64 : 512
  }
}

/// What a model takes of a board's flash.
public struct FlashUse: Hashable, Sendable {
  /// Constants of the model with their quantization parameters.
  public let weightBytes: Int
  /// Estimated code of the kernels that the model uses.
  public let estimatedCodeBytes: Int
  /// Start-up code, vector table, serial output.
  public let runtimeBytes: Int

  /// All of it.
  public var totalBytes: Int { weightBytes + estimatedCodeBytes + runtimeBytes }

  /// The use of a graph on a core.
  init(_ graph: Graph, core: Core) throws(DeploymentError) {
    var weights = 0
    for tensor in graph.tensors {
      guard let constant = tensor.constant else { continue }
      weights += constant.count
      // A multiplier of 4 bytes and a shift of 1 for each scale of weights.
      switch tensor.quantization {
      case .perChannel(let scales, _, _): weights += 5 * scales.count
      case .perTensor: weights += 5
      case nil: break
      }
    }
    weightBytes = weights
    var code = 0
    var seen: Set<String> = []
    for operation in graph.operations {
      let (family, _) = try graph.work(of: operation)
      let isFloat = operation.outputs.contains { graph.tensors[$0].type == .float32 }
      guard seen.insert("\(operation.kind.name) \(isFloat)").inserted else { continue }
      code += family.estimatedCodeBytes
      if isFloat, !core.hasFloatingPointUnit, seen.insert("soft float").inserted {
        code += Self.softFloatBytes
      }
    }
    // 8-bit code needs four instructions where 32-bit code needs one, of two bytes each as Thumb's.
    estimatedCodeBytes = core == .avr ? code * 2 : code
    runtimeBytes = core == .avr ? 400 : 1536
  }

  /// The compiler's routines to add, multiply, divide and convert floats: 1,200 bytes more in a
  /// float program than in the same one with integers (avr-gcc 5.4).
  private static let softFloatBytes = 1200
}

extension CostFamily {
  /// Code of one kernel compiled for Thumb-2 at -O2, rounded up.
  ///
  /// A dense and a depthwise kernel with their requantization take 1.1 KB together with start-up;
  /// others are reckoned from the number of their loops. Not measured on whole models.
  fileprivate var estimatedCodeBytes: Int {
    switch self {
    case .pointwiseConvolution: 500
    case .convolution: 800
    case .depthwiseConvolution: 600
    case .dense: 400
    case .pool: 400
    case .arithmetic: 400
    case .copy: 250
    case .function: 900
    case .conversion: 200
    case .free: 0
    }
  }
}
