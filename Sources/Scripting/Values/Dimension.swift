/// The exponents of a quantity's base units.
///
/// Energy is V·A·s and power V·A, so that `3.3V * 5mA * 2s` is an energy.
public struct Dimension: Hashable, Sendable, Codable {
  /// Exponents of byte, second, volt, ampere, MAC, FLOP, OP, frame.
  public var exponents: SIMD8<Int8>

  /// A dimension by exponents.
  public init(_ exponents: SIMD8<Int8>) { self.exponents = exponents }

  /// A plain number's.
  public static let none = Dimension(SIMD8(repeating: 0))
  /// Amount of memory.
  public static let information = Dimension([1, 0, 0, 0, 0, 0, 0, 0])
  /// Time.
  public static let time = Dimension([0, 1, 0, 0, 0, 0, 0, 0])
  /// Frequency.
  public static let frequency = Dimension([0, -1, 0, 0, 0, 0, 0, 0])
  /// Voltage.
  public static let voltage = Dimension([0, 0, 1, 0, 0, 0, 0, 0])
  /// Current.
  public static let current = Dimension([0, 0, 0, 1, 0, 0, 0, 0])
  /// Charge.
  public static let charge = Dimension([0, 1, 0, 1, 0, 0, 0, 0])
  /// Power.
  public static let power = Dimension([0, 0, 1, 1, 0, 0, 0, 0])
  /// Energy.
  public static let energy = Dimension([0, 1, 1, 1, 0, 0, 0, 0])
  /// Multiply-accumulates.
  public static let macs = Dimension([0, 0, 0, 0, 1, 0, 0, 0])
  /// Floating-point operations.
  public static let flops = Dimension([0, 0, 0, 0, 0, 1, 0, 0])
  /// Floating-point operations per second.
  public static let flopRate = Dimension([0, -1, 0, 0, 0, 1, 0, 0])
  /// Operations.
  public static let operations = Dimension([0, 0, 0, 0, 0, 0, 1, 0])
  /// Operations per second.
  public static let operationRate = Dimension([0, -1, 0, 0, 0, 0, 1, 0])
  /// Frames per second.
  public static let frameRate = Dimension([0, -1, 0, 0, 0, 0, 0, 1])
}

extension Dimension {
  /// What to do where two differ that should not: give a number its unit, or tell work from a rate.
  static func remedy(for first: Dimension, _ second: Dimension) -> String? {
    let both: Set<Dimension> = [first, second]
    if both.contains(.none) { return "give the plain number a unit" }
    if both == [.macs, .flops] || both == [.macs, .operations] {
      return "one MAC is a multiplication and an addition, so two of these operations"
    }
    if both == [.flops, .flopRate] || both == [.operations, .operationRate] {
      return "one counts work, the other work in a second: divide the work by a time"
    }
    return nil
  }
}

/// A number with a dimension, such as `64KiB`.
public struct Quantity: Sendable, Hashable, Codable {
  /// In base units: B, s, V, A, MAC, FLOP, OP, frame.
  public var value: Double
  /// What it measures.
  public var dimension: Dimension
  /// Whether it likes to be shown in KiB and MiB instead of KB and MB, or in the unit it was
  /// written in (an index of the unit table); -1 leaves the choice to the printer.
  public var unit: Int16

  /// A quantity in base units.
  public init(_ value: Double, _ dimension: Dimension, unit: Int16 = -1) {
    self.value = value
    self.dimension = dimension
    self.unit = unit
  }
}
