/// One unit that may stand behind a number.
public struct Unit: Sendable {
  /// How it is written.
  public let symbol: String
  /// What it measures.
  public let dimension: Dimension
  /// Base units in one, as a fraction: exact for every unit of the table, so that `10ms` is the
  /// double nearest to 0.01.
  public let multiplier: Double
  /// See `multiplier`.
  public let divisor: Double
  /// The units that a value written in this one is scaled through when it is printed; units of
  /// different families are never exchanged.
  let family: Family

  enum Family: Sendable {
    case decimalBytes, binaryBytes, bits, seconds, calendar, frequency, voltage, current
    case charge, power, energy, macs, flops, flopRate, operations, operationRate, frames, ratio
    case count
  }

  /// `number` of these in base units.
  public func inBaseUnits(_ number: Double) -> Double { number * multiplier / divisor }

  /// Base units as a number of these.
  public func fromBaseUnits(_ value: Double) -> Double { value * divisor / multiplier }
}

/// All units of the language.
///
/// A quantity's `unit` is an index into `units`.
public enum UnitTable {
  /// In order of size within a family.
  public static let units: [Unit] = [
    unit("%", .none, 1, 100, .ratio),
    unit("k", .none, 1e3, 1, .count),
    unit("M", .none, 1e6, 1, .count),
    unit("G", .none, 1e9, 1, .count),
    unit("T", .none, 1e12, 1, .count),
    unit("bit", .information, 1, 8, .bits),
    unit("B", .information, 1, 1, .decimalBytes),
    unit("kB", .information, 1e3, 1, .decimalBytes),
    unit("KB", .information, 1e3, 1, .decimalBytes),
    unit("MB", .information, 1e6, 1, .decimalBytes),
    unit("GB", .information, 1e9, 1, .decimalBytes),
    unit("TB", .information, 1e12, 1, .decimalBytes),
    unit("KiB", .information, 0x1p10, 1, .binaryBytes),
    unit("MiB", .information, 0x1p20, 1, .binaryBytes),
    unit("GiB", .information, 0x1p30, 1, .binaryBytes),
    unit("TiB", .information, 0x1p40, 1, .binaryBytes),
    unit("ns", .time, 1, 1e9, .seconds),
    unit("us", .time, 1, 1e6, .seconds),
    unit("ms", .time, 1, 1e3, .seconds),
    unit("s", .time, 1, 1, .seconds),
    unit("min", .time, 60, 1, .calendar),
    unit("h", .time, 3600, 1, .calendar),
    unit("day", .time, 86_400, 1, .calendar),
    unit("month", .time, secondsPerYear / 12, 1, .calendar),
    unit("year", .time, secondsPerYear, 1, .calendar),
    unit("Hz", .frequency, 1, 1, .frequency),
    unit("kHz", .frequency, 1e3, 1, .frequency),
    unit("MHz", .frequency, 1e6, 1, .frequency),
    unit("GHz", .frequency, 1e9, 1, .frequency),
    unit("nJ", .energy, 1, 1e9, .energy),
    unit("uJ", .energy, 1, 1e6, .energy),
    unit("mJ", .energy, 1, 1e3, .energy),
    unit("J", .energy, 1, 1, .energy),
    unit("uW", .power, 1, 1e6, .power),
    unit("mW", .power, 1, 1e3, .power),
    unit("W", .power, 1, 1, .power),
    unit("mV", .voltage, 1, 1e3, .voltage),
    unit("V", .voltage, 1, 1, .voltage),
    unit("uA", .current, 1, 1e6, .current),
    unit("mA", .current, 1, 1e3, .current),
    unit("A", .current, 1, 1, .current),
    unit("uAh", .charge, 3600, 1e6, .charge),
    unit("mAh", .charge, 3600, 1e3, .charge),
    unit("Ah", .charge, 3600, 1, .charge),
    unit("MAC", .macs, 1, 1, .macs),
    unit("FLOP", .flops, 1, 1, .flops),
    unit("OP", .operations, 1, 1, .operations),
    unit("FLOPS", .flopRate, 1, 1, .flopRate),
    unit("GFLOPS", .flopRate, 1e9, 1, .flopRate),
    unit("OPS", .operationRate, 1, 1, .operationRate),
    unit("TOPS", .operationRate, 1e12, 1, .operationRate),
    unit("fps", .frameRate, 1, 1, .frames),
  ]

  /// A Julian year of 365.25 days, as astronomers and battery data sheets count.
  static let secondsPerYear = 31_557_600.0

  /// Every suffix that makes a quantity or a plain number, for the lexer.
  public static let symbols: Set<String> = Set(units.map(\.symbol))

  /// The index of the unit written `symbol`.
  public static func index(of symbol: String) -> Int? { indexes[symbol] }

  private static let indexes: [String: Int] = Dictionary(
    uniqueKeysWithValues: units.enumerated().map { ($1.symbol, $0) }
  )

  /// What `number` with `symbol` behind it means: `80%` is the number 0.8, `64KiB` a quantity.
  public static func value(_ number: Double, _ symbol: String) -> Value? {
    guard let index = index(of: symbol) else { return nil }
    let unit = units[index]
    let value = unit.inBaseUnits(number)
    if unit.dimension == .none { return .number(value) }
    return .quantity(Quantity(value, unit.dimension, unit: Int16(index)))
  }

  private static func unit(
    _ symbol: String,
    _ dimension: Dimension,
    _ multiplier: Double,
    _ divisor: Double,
    _ family: Unit.Family
  ) -> Unit {
    Unit(
      symbol: symbol,
      dimension: dimension,
      multiplier: multiplier,
      divisor: divisor,
      family: family
    )
  }

  /// The unit that `quantity` is best shown in, or nil where its dimension has none.
  static func bestUnit(for quantity: Quantity) -> Unit? {
    let written =
      quantity.unit >= 0 && Int(quantity.unit) < units.count
      ? units[Int(quantity.unit)] : nil
    if let written, written.dimension == quantity.dimension, !written.isRescaled {
      return written
    }
    let family = written?.dimension == quantity.dimension ? written?.family : nil
    guard let scale = scale(for: quantity, family: family) else { return nil }
    let size = abs(quantity.value)
    // The largest unit of which there is at least one; the smallest for less.
    return scale.last { $0.inBaseUnits(1) <= size } ?? scale.first
  }

  private static func scale(for quantity: Quantity, family: Unit.Family?) -> [Unit]? {
    let family = family ?? defaultFamilies.first { $0.dimension == quantity.dimension }?.family
    guard let family else { return nil }
    if quantity.value == 0 {
      return units.filter { $0.family == family && $0.multiplier == $0.divisor }
    }
    switch family {
    case .decimalBytes:
      return units.filter { $0.family == .decimalBytes && $0.symbol != "kB" }
    case .binaryBytes:
      return units.filter { $0.symbol == "B" || $0.family == .binaryBytes }
    case .seconds where abs(quantity.value) >= 120:
      return calendarScale(for: abs(quantity.value))
    case .bits, .seconds, .calendar, .frequency, .voltage, .current, .charge, .power, .energy,
      .macs, .flops, .flopRate, .operations, .operationRate, .frames, .ratio, .count:
      return units.filter { $0.family == family }
    }
  }

  /// Long times are told in the largest unit of which there are at least two.
  private static func calendarScale(for seconds: Double) -> [Unit] {
    let scale = units.filter { $0.family == .calendar && $0.symbol != "month" }
    return scale.last { $0.inBaseUnits(2) <= seconds }.map { [$0] } ?? scale
  }

  private static let defaultFamilies: [(dimension: Dimension, family: Unit.Family)] = [
    (.information, .decimalBytes), (.time, .seconds), (.frequency, .frequency),
    (.voltage, .voltage), (.current, .current), (.charge, .charge), (.power, .power),
    (.energy, .energy), (.macs, .macs), (.flops, .flops), (.flopRate, .flopRate),
    (.operations, .operations), (.operationRate, .operationRate), (.frameRate, .frames),
  ]
}

extension Unit {
  /// Whether values in it are shown in a larger or smaller unit of its family where that reads
  /// better.
  ///
  /// Calendar units, bits and charges stay as they were written.
  var isRescaled: Bool {
    switch family {
    case .bits, .calendar, .charge: false
    case .decimalBytes, .binaryBytes, .seconds, .frequency, .voltage, .current, .power, .energy,
      .macs, .flops, .flopRate, .operations, .operationRate, .frames, .ratio, .count:
      true
    }
  }
}

extension Dimension: CustomStringConvertible {
  /// What errors call it: `memory (B)`, `time (s)`.
  public var description: String {
    if self == .none { return "a plain number" }
    if let name = Dimension.names.first(where: { $0.dimension == self }) {
      return "\(name.name) (\(name.symbol))"
    }
    return "a quantity in \(symbol)"
  }

  /// Base units as a product: `B/s`.
  public var symbol: String {
    if let name = Dimension.names.first(where: { $0.dimension == self }) { return name.symbol }
    var over: [String] = []
    var under: [String] = []
    for (index, base) in Dimension.bases.enumerated() {
      let exponent = Int(exponents[index])
      let power = base + Dimension.raised(abs(exponent))
      if exponent > 0 { over.append(power) }
      if exponent < 0 { under.append(power) }
    }
    let top = over.isEmpty ? "1" : over.joined(separator: "·")
    return under.isEmpty ? top : "\(top)/\(under.joined(separator: "/"))"
  }

  /// A power as small digits; nothing for 1.
  private static func raised(_ exponent: Int) -> String {
    guard exponent > 1 else { return "" }
    let digits = ["⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"]
    return String(exponent).compactMap { $0.wholeNumberValue.map { digits[$0] } }.joined()
  }

  /// Memory per time, such as the speed of a link.
  static let dataRate = Dimension([1, -1, 0, 0, 0, 0, 0, 0])

  private static let bases = ["B", "s", "V", "A", "MAC", "FLOP", "OP", "frame"]

  private static let names: [(dimension: Dimension, name: String, symbol: String)] = [
    (.information, "memory", "B"), (.time, "time", "s"), (.frequency, "frequency", "Hz"),
    (.voltage, "voltage", "V"), (.current, "current", "A"), (.charge, "charge", "Ah"),
    (.power, "power", "W"), (.energy, "energy", "J"), (.macs, "multiply-accumulates", "MAC"),
    (.flops, "floating-point operations", "FLOP"),
    (.flopRate, "floating-point operations per second", "FLOPS"),
    (.operations, "operations", "OP"), (.operationRate, "operations per second", "OPS"),
    (.frameRate, "frame rate", "fps"),
  ]

  /// The exponents added up; nil where one leaves the range of the type.
  func combined(with other: Dimension, sign: Int) -> Dimension? {
    var result = Dimension.none
    for index in 0..<8 {
      let sum = Int(exponents[index]) + sign * Int(other.exponents[index])
      guard let exponent = Int8(exactly: sum) else { return nil }
      result.exponents[index] = exponent
    }
    return result
  }

  /// Every exponent times `factor`.
  func scaled(by factor: Int) -> Dimension? {
    var result = Dimension.none
    for index in 0..<8 {
      let (product, overflow) = Int(exponents[index]).multipliedReportingOverflow(by: factor)
      guard !overflow, let exponent = Int8(exactly: product) else { return nil }
      result.exponents[index] = exponent
    }
    return result
  }
}
