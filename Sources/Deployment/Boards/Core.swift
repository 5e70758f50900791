/// A kind of processor: what decides how many cycles an operation takes.
public enum Core: String, Hashable, Sendable, CaseIterable, Codable {
  case avr
  case cortexM0Plus = "cortex-m0+"
  case cortexM3 = "cortex-m3"
  case cortexM4F = "cortex-m4f"
  case cortexM7 = "cortex-m7"
  case cortexM33 = "cortex-m33"
  case cortexM55 = "cortex-m55"
  case cortexM85 = "cortex-m85"
  case riscv32
  case riscv64
  case riscvCluster = "riscv-cluster"
  case xtensaLX6 = "xtensa-lx6"
  case xtensaLX7 = "xtensa-lx7"
  case rxv2
  case hifi3

  /// Whether floating-point arithmetic is done by the hardware, in single precision at least.
  public var hasFloatingPointUnit: Bool {
    switch self {
    case .avr, .cortexM0Plus, .cortexM3, .riscv32: false
    case .cortexM4F, .cortexM7, .cortexM33, .cortexM55, .cortexM85, .riscv64, .riscvCluster,
      .xtensaLX6, .xtensaLX7, .rxv2, .hifi3:
      true
    }
  }
}
