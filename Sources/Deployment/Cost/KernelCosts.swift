/// Cycles that the kernels take on a core, with no wait states.
///
/// `cycles = perOutput * outputs + perMAC * MACs + (perTap + perTapChannel * channels) * taps`
/// for operations with weights, and `perVisit * visits` for the others.
///
/// Sources for int8:
/// - Cortex-M4F: least squares over exact instruction counts of CMSIS-NN in an emulator, weighed by
///   the Cortex-M4 technical reference manual's cycle table: pointwise `66.9 + 1.41 K` per output (K
///   MACs each) within 3 %, other convolutions `54.6 + 1.97 K` within 8 % plus the copying of patches
///   (68 cycles a tap of one channel), depthwise 3x3 82 to 85 per output, dense 2.71 a MAC, addition
///   98 an element.
/// - Cortex-M3: the same way with the plain C kernels: pointwise 4.24 to 4.55 a MAC, depthwise 97 to
///   101 per output, dense 5.0 a MAC, addition 105; other convolutions 1.5 times the M4's.
/// - Cortex-M0+: the same counts weighed by the M0+'s table: 4.2 times the M4's in nets of pointwise
///   layers, 3.75 in ResNet-8, 3.3 in dense layers.
/// - Cortex-M7: 0.6 of the M4's (two instructions a cycle: 0.55 to 0.65).
/// - Cortex-M33: the M4's: measured MLPerf Tiny figures of the same kernels are within 8 %.
/// - Cortex-M55 and M85: instruction counts of the MVE kernels: pointwise 0.49 a MAC, depthwise 3x3
///   21 to 29 per output, dense 1.08 a MAC, addition 13.8.
/// - AVR: 21.9 a MAC and 469 per output, counted by simavr for a plain C dense layer with a 64-bit
///   requantization, compiled by avr-gcc 5.4 -O2; in float 273 a MAC.
/// - Xtensa LX6, LX7 and the ESP32-C3's RISC-V: the M4's costs scaled to Espressif's published person
///   detection (380, 54 and 426 ms for 7.16 million MACs at 240, 240 and 160 MHz).
/// - RISC-V 64: the ESP32-C3's factor, unproved.
///
/// Pools, functions, copies, conversions, and all of float but AVR's are reckoned by hand from the
/// instructions of the inner loop and the core's cycle table; nobody has measured them.
public struct KernelCosts: Hashable, Sendable {
  /// Of one family.
  public struct Coefficients: Hashable, Sendable {
    var perOutput = 0.0
    var perMAC = 0.0
    var perTap = 0.0
    var perTapChannel = 0.0
    var perVisit = 0.0

    func scaled(by factor: Double) -> Coefficients {
      Coefficients(
        perOutput: perOutput * factor,
        perMAC: perMAC * factor,
        perTap: perTap * factor,
        perTapChannel: perTapChannel * factor,
        perVisit: perVisit * factor
      )
    }

    /// Cycles for this work.
    func cycles(_ work: OperationWork) -> Double {
      let perTapAll = perTap + perTapChannel * Double(work.channels)
      return perOutput * Double(work.outputs) + perMAC * Double(work.macCount)
        + perTapAll * Double(work.taps) + perVisit * Double(work.visits)
    }
  }

  /// Of every family.
  let families: [CostFamily: Coefficients]

  /// Cycles of an operation.
  func cycles(_ family: CostFamily, _ work: OperationWork) -> Double {
    families[family]?.cycles(work) ?? 0
  }

  /// Cycles once per operation: the call, loading of shapes, loop set-up.
  static let perOperation = 200.0

  private func scaled(by factor: Double) -> KernelCosts {
    KernelCosts(families: families.mapValues { $0.scaled(by: factor) })
  }

  private static let cortexM4 = KernelCosts(families: [
    .pointwiseConvolution: Coefficients(perOutput: 66.9, perMAC: 1.41),
    .convolution: Coefficients(perOutput: 54.6, perMAC: 1.97, perTap: 64, perTapChannel: 4),
    .depthwiseConvolution: Coefficients(perMAC: 9.25),
    .dense: Coefficients(perMAC: 2.71),
    .pool: Coefficients(perVisit: 4),
    .arithmetic: Coefficients(perVisit: 98),
    .copy: Coefficients(perVisit: 3),
    .function: Coefficients(perVisit: 200),
    .conversion: Coefficients(perVisit: 15),
    .free: Coefficients(),
  ])

  private static let cortexM3 = KernelCosts(families: [
    .pointwiseConvolution: Coefficients(perMAC: 4.4),
    .convolution: Coefficients(perOutput: 82, perMAC: 2.96, perTap: 64, perTapChannel: 4),
    .depthwiseConvolution: Coefficients(perMAC: 11),
    .dense: Coefficients(perMAC: 5),
    .pool: Coefficients(perVisit: 4),
    .arithmetic: Coefficients(perVisit: 105),
    .copy: Coefficients(perVisit: 3),
    .function: Coefficients(perVisit: 220),
    .conversion: Coefficients(perVisit: 16),
    .free: Coefficients(),
  ])

  private static let cortexM0Plus = KernelCosts(families: [
    .pointwiseConvolution: Coefficients(perOutput: 281, perMAC: 5.9),
    .convolution: Coefficients(perOutput: 205, perMAC: 7.4, perTap: 128, perTapChannel: 8),
    .depthwiseConvolution: Coefficients(perMAC: 38.9),
    .dense: Coefficients(perMAC: 8.9),
    .pool: Coefficients(perVisit: 8),
    .arithmetic: Coefficients(perVisit: 400),
    .copy: Coefficients(perVisit: 6),
    .function: Coefficients(perVisit: 800),
    .conversion: Coefficients(perVisit: 60),
    .free: Coefficients(),
  ])

  private static let cortexM55 = KernelCosts(families: [
    .pointwiseConvolution: Coefficients(perMAC: 0.49),
    .convolution: Coefficients(perMAC: 0.39, perTap: 8, perTapChannel: 0.25),
    .depthwiseConvolution: Coefficients(perMAC: 2.8),
    .dense: Coefficients(perMAC: 1.08),
    .pool: Coefficients(perVisit: 0.5),
    .arithmetic: Coefficients(perVisit: 13.8),
    .copy: Coefficients(perVisit: 0.5),
    .function: Coefficients(perVisit: 100),
    .conversion: Coefficients(perVisit: 3),
    .free: Coefficients(),
  ])

  private static let avr = KernelCosts(families: [
    .pointwiseConvolution: Coefficients(perOutput: 469, perMAC: 21.9),
    .convolution: Coefficients(perOutput: 469, perMAC: 21.9, perTap: 30),
    .depthwiseConvolution: Coefficients(perOutput: 469, perMAC: 32),
    .dense: Coefficients(perOutput: 469, perMAC: 21.9),
    .pool: Coefficients(perVisit: 12),
    .arithmetic: Coefficients(perVisit: 1400),
    .copy: Coefficients(perVisit: 6),
    .function: Coefficients(perVisit: 2500),
    .conversion: Coefficients(perVisit: 480),
    .free: Coefficients(),
  ])

  /// 32-bit floats: the same cost for every multiply-accumulate, and for each visit of the others.
  private static func float(perMAC: Double, perVisit: Double, perFunction: Double) -> KernelCosts {
    KernelCosts(families: [
      .pointwiseConvolution: Coefficients(perOutput: perVisit, perMAC: perMAC),
      .convolution: Coefficients(perOutput: perVisit, perMAC: perMAC),
      .depthwiseConvolution: Coefficients(perOutput: perVisit, perMAC: perMAC * 1.5),
      .dense: Coefficients(perOutput: perVisit, perMAC: perMAC),
      .pool: Coefficients(perVisit: perVisit),
      .arithmetic: Coefficients(perVisit: perVisit),
      .copy: Coefficients(perVisit: 4),
      .function: Coefficients(perVisit: perFunction),
      .conversion: Coefficients(perVisit: perVisit),
      .free: Coefficients(),
    ])
  }

  /// The costs on a core, for integers or for floats; nil where there is nothing to base them on.
  static func costs(on core: Core, isFloat: Bool) -> KernelCosts? {
    if isFloat {
      return switch core {
      case .avr: float(perMAC: 273, perVisit: 150, perFunction: 6000)
      case .cortexM0Plus: float(perMAC: 160, perVisit: 90, perFunction: 4000)
      case .cortexM3: float(perMAC: 90, perVisit: 50, perFunction: 2500)
      case .riscv32: float(perMAC: 90, perVisit: 50, perFunction: 2500)
      case .cortexM4F, .cortexM33: float(perMAC: 7, perVisit: 8, perFunction: 150)
      case .xtensaLX6, .xtensaLX7, .riscv64: float(perMAC: 7, perVisit: 8, perFunction: 150)
      case .cortexM7: float(perMAC: 4.2, perVisit: 5, perFunction: 90)
      case .cortexM55, .cortexM85: float(perMAC: 1.5, perVisit: 1, perFunction: 40)
      case .riscvCluster, .rxv2, .hifi3: nil
      }
    }
    return switch core {
    case .avr: avr
    case .cortexM0Plus: cortexM0Plus
    case .cortexM3: cortexM3
    case .cortexM4F, .cortexM33: cortexM4
    case .cortexM7: cortexM4.scaled(by: 0.6)
    case .cortexM55, .cortexM85: cortexM55
    case .xtensaLX6: cortexM4.scaled(by: 3.29)
    case .xtensaLX7: cortexM4.scaled(by: 0.468)
    case .riscv32, .riscv64: cortexM4.scaled(by: 2.46)
    case .riscvCluster, .rxv2, .hifi3: nil
    }
  }
}
