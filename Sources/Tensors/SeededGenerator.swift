/// The program's only source of randomness: SplitMix64 (Steele, Lea and Flood, 2014).
///
/// The same seed gives the same numbers on every machine.
public struct SeededGenerator: RandomNumberGenerator, Sendable {
  private var state: UInt64

  /// A stream that depends on `seed` alone.
  public init(seed: UInt64) { state = seed }

  /// The next 64 random bits.
  public mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var bits = state
    bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
    bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
    return bits ^ (bits >> 31)
  }

  /// A number in `0..<1` with 53 random bits.
  ///
  /// Written out, since the standard library may change how it draws floating-point numbers.
  public mutating func nextUnit() -> Double { Double(next() >> 11) * 0x1p-53 }

  /// An index in `0..<bound` without bias (Lemire, 2019).
  public mutating func nextIndex(below bound: Int) -> Int {
    precondition(bound > 0, "an index needs at least one choice")
    let bound = UInt64(bound)
    var product = next().multipliedFullWidth(by: bound)
    if product.low < bound {
      let threshold = (0 &- bound) % bound
      while product.low < threshold { product = next().multipliedFullWidth(by: bound) }
    }
    return Int(product.high)
  }

  /// A seed for the stream that belongs to `parts`, such as a session's seed, a cell's id and the
  /// number of a command (FNV-1a over the bytes, then one SplitMix64 step).
  public static func seed(from parts: [String]) -> UInt64 {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for part in parts {
      for byte in part.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
      hash = (hash ^ 0xFF) &* 0x0000_0100_0000_01B3
    }
    var generator = SeededGenerator(seed: hash)
    return generator.next()
  }
}
