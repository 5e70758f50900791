/// Numbers as people and programs write them in tables.
enum NumberText {
  /// What stands for a missing cell, in lower case.
  static let wordsForMissing: Set<String> = ["", "na", "n/a", "nan", "null", "none", "?"]

  /// The value of `[+-] digits [. digits] [e [+-] digits]`, or nil for anything else.
  static func value(of text: ArraySlice<UInt8>, allowingDecimalComma: Bool = false) -> Double? {
    var position = text.startIndex
    func isDigit(_ position: Int) -> Bool {
      position < text.endIndex && (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(text[position])
    }
    func isOneOf(_ position: Int, _ first: UInt8, _ second: UInt8) -> Bool {
      position < text.endIndex && (text[position] == first || text[position] == second)
    }
    var isNegative = false
    if isOneOf(position, UInt8(ascii: "+"), UInt8(ascii: "-")) {
      isNegative = text[position] == UInt8(ascii: "-")
      position += 1
    }
    var significand: UInt64 = 0
    var digits = 0
    var decimals = 0
    var comma: Int?
    while isDigit(position) {
      significand = significand &* 10 &+ UInt64(text[position] - UInt8(ascii: "0"))
      digits += 1
      position += 1
    }
    let point = UInt8(ascii: ".")
    if isOneOf(position, point, allowingDecimalComma ? UInt8(ascii: ",") : point) {
      if text[position] != point { comma = position }
      position += 1
      while isDigit(position) {
        significand = significand &* 10 &+ UInt64(text[position] - UInt8(ascii: "0"))
        digits += 1
        decimals += 1
        position += 1
      }
    }
    guard digits > 0 else { return nil }
    var hasExponent = false
    if isOneOf(position, UInt8(ascii: "e"), UInt8(ascii: "E")) {
      hasExponent = true
      position += 1
      if isOneOf(position, UInt8(ascii: "+"), UInt8(ascii: "-")) { position += 1 }
      guard isDigit(position) else { return nil }
      while isDigit(position) { position += 1 }
    }
    guard position == text.endIndex else { return nil }

    // Both the digits and the power of ten are exact, so one division rounds once (Clinger, 1990).
    if digits <= 15, !hasExponent {
      let value = Double(significand) / powersOfTen[decimals]
      return isNegative ? -value : value
    }
    var plain = Array(text)
    if let comma { plain[comma - text.startIndex] = point }
    return Double(String(decoding: plain, as: UTF8.self)).flatMap { $0.isFinite ? $0 : nil }
  }

  private static let powersOfTen: [Double] = [
    1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
  ]
}
