/// Numbers as axes and cells write them, the same everywhere.
enum NumberLabel {
  /// A number of an axis whose neighbours are `step` apart, with as many decimals as that takes.
  static func text(_ value: Double, step: Double, style: NumberStyle) -> String {
    switch style {
    case .percent: return plain(value * 100, step: step * 100) + "%"
    case .bytes: return bytes(value)
    case .plain: return plain(value, step: step)
    }
  }

  /// A number that stands alone, with about three digits.
  static func text(_ value: Double, style: NumberStyle) -> String {
    guard value.isFinite else { return value.isNaN ? "–" : value > 0 ? "∞" : "-∞" }
    guard value != 0 else { return style == .percent ? "0.0%" : "0" }
    switch style {
    case .percent: return fixed(value * 100, decimals: 1) + "%"
    case .bytes: return bytes(value)
    case .plain:
      if value == value.rounded(), abs(value) < 1e5 { return fixed(value, decimals: 0) }
      let exponent = decimalExponent(value)
      if exponent < -3 || exponent > 4 { return plain(value, step: powerOfTen(exponent - 2)) }
      return fixed(value, decimals: min(6, max(0, 2 - exponent)), trimmed: true)
    }
  }

  /// `-12.50`; rounded half away from 0.
  static func fixed(_ value: Double, decimals: Int, trimmed: Bool = false) -> String {
    let scaled = (abs(value) * powerOfTen(decimals)).rounded()
    guard scaled < 1e15 else { return "\(value)" }
    let digits = Int64(scaled)
    var text = String(digits)
    if decimals > 0 {
      text = String(repeating: "0", count: max(0, decimals + 1 - text.count)) + text
      var fraction = text.suffix(decimals)
      if trimmed { while fraction.last == "0" { fraction = fraction.dropLast() } }
      text = String(text.dropLast(decimals)) + (fraction.isEmpty ? "" : "." + fraction)
    }
    return value < 0 && digits != 0 ? "-" + text : text
  }

  /// 10 to a whole power; exact up to 10²².
  static func powerOfTen(_ exponent: Int) -> Double {
    var power = 1.0
    for _ in 0..<min(308, abs(exponent)) { power *= 10 }
    return exponent < 0 ? 1 / power : power
  }

  /// The largest e for which 10^e is not greater than the value's size.
  static func decimalExponent(_ value: Double) -> Int {
    let size = abs(value)
    guard size > 0, size.isFinite else { return 0 }
    // 2^10 is about 10^3: a first guess, then corrected.
    var exponent = Int(size.exponent) * 3 / 10
    while exponent > -308, powerOfTen(exponent) > size { exponent -= 1 }
    while exponent < 308, powerOfTen(exponent + 1) <= size { exponent += 1 }
    return exponent
  }

  private static func plain(_ value: Double, step: Double) -> String {
    let size = abs(value)
    if size < step / 1e6 || value == 0 { return "0" }
    let exponent = decimalExponent(value)
    let stepExponent = decimalExponent(step * (1 + 1e-9))
    if exponent < -3 || exponent > 14 {
      let digits = min(6, max(0, exponent - stepExponent))
      let significand =
        exponent < -300
        ? value * 1e300 * powerOfTen(-exponent - 300)
        : value / powerOfTen(exponent)
      return fixed(significand, decimals: digits, trimmed: true) + "e\(exponent)"
    }
    for (suffix, power) in [("T", 12), ("G", 9), ("M", 6), ("k", 3)] where exponent >= power {
      if power == 3, exponent == 3 { break }
      let decimals = min(6, max(0, power - stepExponent))
      return fixed(value / powerOfTen(power), decimals: decimals, trimmed: true) + suffix
    }
    return fixed(value, decimals: min(12, max(0, -stepExponent)))
  }

  private static func bytes(_ value: Double) -> String {
    let units = [("GiB", 1_073_741_824.0), ("MiB", 1_048_576), ("KiB", 1024)]
    for (unit, size) in units where abs(value) >= size {
      return fixed(value / size, decimals: 1, trimmed: true) + unit
    }
    return value == 0 ? "0" : fixed(value, decimals: 0) + "B"
  }
}
