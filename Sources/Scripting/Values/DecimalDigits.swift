/// The exact decimal digits of a double, for rounding that is right at every magnitude.
///
/// A double is `significand * 2^exponent`, so it has finitely many decimal digits: with a negative
/// exponent -k they are those of `significand * 5^k` with the point k places from the right.
struct DecimalDigits {
  /// Most significant first, without leading zeros; empty for zero.
  private(set) var digits: [UInt8]
  /// How many of the digits stand before the point; may be negative or above the count.
  private(set) var pointPosition: Int

  /// The digits of a finite value's magnitude.
  init(_ value: Double) {
    let magnitude = abs(value)
    guard magnitude > 0, magnitude.isFinite else {
      digits = []
      pointPosition = 0
      return
    }
    let significand = magnitude.significandBitPattern | (magnitude.isNormal ? 1 << 52 : 0)
    let exponent = Int(max(magnitude.exponentBitPattern, 1)) - 1075
    let shift = significand.trailingZeroBitCount
    var limbs = DecimalDigits.limbs(of: significand >> UInt64(shift))
    let power = exponent + shift
    DecimalDigits.multiply(&limbs, by: power < 0 ? 5 : 2, times: abs(power))
    digits = DecimalDigits.digits(of: limbs)
    pointPosition = digits.count - max(0, -power)
  }

  /// Rounds half to even to `places` digits behind the point.
  mutating func round(places: Int) { keep(pointPosition + places) }

  /// Rounds half to even to `count` significant digits.
  mutating func round(significant count: Int) { keep(count) }

  private mutating func keep(_ count: Int) {
    guard count < digits.count else { return }
    guard count >= 0 else {
      digits = []
      return
    }
    let next = digits[count]
    let isAboveHalf = next > 5 || (next == 5 && digits[(count + 1)...].contains { $0 != 0 })
    let isTieToOdd = next == 5 && count > 0 && digits[count - 1] % 2 == 1
    digits.removeSubrange(count...)
    guard isAboveHalf || isTieToOdd else { return }
    var index = count - 1
    while index >= 0, digits[index] == 9 {
      digits[index] = 0
      index -= 1
    }
    if index >= 0 {
      digits[index] += 1
    } else {
      digits.insert(1, at: 0)
      pointPosition += 1
    }
  }

  /// The digits with exactly `places` behind the point.
  func fixed(places: Int) -> String {
    var text = integerPart
    guard places > 0 else { return text }
    text += "."
    for place in 0..<places {
      let index = pointPosition + place
      text += digits.indices.contains(index) ? String(digits[index]) : "0"
    }
    return text
  }

  /// The digits without zeros at the end of the fraction.
  var plain: String { fixed(places: max(0, significantCount - pointPosition)) }

  /// `1.5e-7`; never empty.
  var scientific: String {
    guard let first = digits.first else { return "0" }
    let rest = digits[1..<max(1, significantCount)].map { String($0) }.joined()
    return "\(first)\(rest.isEmpty ? "" : ".\(rest)")e\(pointPosition - 1)"
  }

  /// The power of ten of the first digit.
  var exponent: Int { pointPosition - 1 }

  private var significantCount: Int {
    (digits.lastIndex { $0 != 0 } ?? -1) + 1
  }

  private var integerPart: String {
    guard pointPosition > 0, !digits.isEmpty else { return "0" }
    return (0..<pointPosition)
      .map { $0 < digits.count ? String(digits[$0]) : "0" }
      .joined()
  }

  // MARK: - Numbers in limbs of nine decimal digits, least significant first

  private static let base: UInt64 = 1_000_000_000

  private static func limbs(of number: UInt64) -> [UInt64] {
    var rest = number
    var limbs: [UInt64] = []
    while rest > 0 {
      limbs.append(rest % base)
      rest /= base
    }
    return limbs
  }

  private static func multiply(_ limbs: inout [UInt64], by factor: UInt64, times count: Int) {
    // Steps of up to 13 factors of 5 or 29 of 2 keep each product below 2^63.
    let largestStep = factor == 5 ? 13 : 29
    var remaining = count
    while remaining > 0 {
      let step = min(remaining, largestStep)
      var product: UInt64 = 1
      for _ in 0..<step { product *= factor }
      var carry: UInt64 = 0
      for index in limbs.indices {
        let sum = limbs[index] * product + carry
        limbs[index] = sum % base
        carry = sum / base
      }
      while carry > 0 {
        limbs.append(carry % base)
        carry /= base
      }
      remaining -= step
    }
  }

  private static func digits(of limbs: [UInt64]) -> [UInt8] {
    var digits: [UInt8] = []
    for (position, limb) in limbs.reversed().enumerated() {
      var part: [UInt8] = []
      var rest = limb
      for _ in 0..<9 {
        part.append(UInt8(rest % 10))
        rest /= 10
      }
      while position == 0, part.last == 0 { part.removeLast() }
      digits.append(contentsOf: part.reversed())
    }
    return digits
  }
}
