/// How numbers and quantities are written.
public enum NumberFormat {
  /// Significant digits of a number that is printed without a format.
  public static let defaultDigits = 6

  /// From here on, whole numbers are written with an exponent.
  private static let largestPlain = 1e15
  /// Digits behind the point that a format may ask for; a double has at most 1074.
  public static let largestPlaces = 1100

  /// A number as it is printed: whole numbers wholly, others with at most six significant digits.
  public static func text(_ number: Double, significant: Int = defaultDigits) -> String {
    guard number.isFinite else { return number.isNaN ? "nan" : number < 0 ? "-inf" : "inf" }
    let sign = number < 0 ? "-" : ""
    let magnitude = abs(number)
    if magnitude == magnitude.rounded(), magnitude < largestPlain {
      return sign + String(Int64(magnitude))
    }
    var digits = DecimalDigits(magnitude)
    digits.round(significant: significant)
    if digits.exponent < -4 || digits.exponent >= significant || magnitude >= largestPlain {
      return sign + digits.scientific
    }
    return sign + digits.plain
  }

  /// A number with exactly `places` digits behind the point, rounded half to even.
  public static func text(_ number: Double, places: Int) -> String {
    guard number.isFinite else { return text(number) }
    var digits = DecimalDigits(number)
    digits.round(places: places)
    let text = digits.fixed(places: places)
    let isZero = digits.digits.allSatisfy { $0 == 0 }
    return number < 0 && !isZero ? "-" + text : text
  }

  /// All the digits that tell a double from its neighbours, for files.
  public static func exact(_ number: Double) -> String {
    guard number.isFinite else { return text(number) }
    if number == number.rounded(), abs(number) < largestPlain { return text(number) }
    return "\(number)"
  }

  /// `64,000`: a whole number with separators, for amounts of bytes in reports.
  public static func grouped(_ number: Int) -> String {
    let digits = String(number.magnitude)
    var text = number < 0 ? "-" : ""
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index) % 3 == 0 { text += "," }
      text.append(digit)
    }
    return text
  }

  /// A number as a piece of an output line.
  public static func segment(_ number: Double) -> Segment {
    .number(number, written: text(number))
  }

  /// A number with `places` digits behind the point as a piece of an output line.
  public static func segment(_ number: Double, places: Int) -> Segment {
    .number(number, written: text(number, places: places))
  }

  /// A ratio as a percentage: `93.1%`.
  public static func percent(_ ratio: Double, places: Int = 1) -> [Segment] {
    [.number(ratio * 100, written: text(ratio * 100, places: places)), .text("%")]
  }

  /// A quantity in the unit that suits it: `13.2KiB`.
  ///
  /// The number of the segment is in that unit.
  public static func segments(
    _ quantity: Quantity,
    places: Int? = nil,
    significant: Int = defaultDigits
  ) -> [Segment] {
    if quantity.dimension == .dataRate {
      let bytes = Quantity(quantity.value, .information)
      return segments(bytes, places: places, significant: significant) + [.text("/s")]
    }
    let unit = UnitTable.bestUnit(for: quantity)
    let number = unit?.fromBaseUnits(quantity.value) ?? quantity.value
    let written =
      places.map { text(number, places: $0) } ?? text(number, significant: significant)
    return [
      .number(number, written: written),
      .text(unit?.symbol ?? quantity.dimension.symbol),
    ]
  }

  /// A quantity in the unit that suits it, as text.
  public static func text(_ quantity: Quantity, places: Int? = nil) -> String {
    OutputLine(.text, segments(quantity, places: places)).text
  }
}
