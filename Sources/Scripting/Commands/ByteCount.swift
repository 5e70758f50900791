/// Amounts of memory as people read them.
enum ByteCount {
  /// `13,210 B`: all digits, grouped.
  static func exact(_ bytes: Int) -> String { grouped(bytes) + " B" }

  /// `13.2KiB`, `311KiB`, `1MiB`: at most one decimal, rounded up, so that what is too large never
  /// looks as if it fitted.
  static func text(_ bytes: Int) -> String {
    var unit = 1
    var name = "B"
    for (size, symbol) in [(1 << 10, "KiB"), (1 << 20, "MiB"), (1 << 30, "GiB"), (1 << 40, "TiB")]
    where bytes >= size { (unit, name) = (size, symbol) }
    if bytes.isMultiple(of: unit) { return "\(bytes / unit)\(name)" }
    let whole = bytes / unit
    let tenths = (bytes % unit * 10 + unit - 1) / unit
    return tenths == 10 ? "\(whole + 1)\(name)" : "\(whole).\(tenths)\(name)"
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
