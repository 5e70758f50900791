/// Amounts of memory as people read them.
enum ByteCount {
  /// `13,210 B`: all digits, grouped.
  static func exact(_ bytes: Int) -> String { grouped(bytes) + " B" }

  /// `13.2KiB`, `311KiB`, `1MiB`: at most three significant digits.
  static func text(_ bytes: Int) -> String {
    let units = ["B", "KiB", "MiB", "GiB", "TiB"]
    var value = Double(bytes)
    var unit = 0
    while abs(value) >= 1024, unit < units.count - 1 {
      value /= 1024
      unit += 1
    }
    if unit == 0 || value >= 100 || value == value.rounded() { return "\(Int(value.rounded()))" + units[unit] }
    let scale: Double = value >= 10 ? 10 : 100
    var digits = "\((value * scale).rounded() / scale)"
    if digits.hasSuffix(".0") { digits.removeLast(2) }
    return digits + units[unit]
  }

  /// Digits in groups of three.
  static func grouped(_ number: Int) -> String {
    let digits = String(number.magnitude)
    var text = number < 0 ? "-" : ""
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index).isMultiple(of: 3) { text.append(",") }
      text.append(digit)
    }
    return text
  }
}
