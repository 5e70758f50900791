extension ExactMath {
  /// The sine of an angle in radians, of any size; NaN for an infinite angle.
  public static func sin(_ x: Double) -> Double { sine(of: x, quartersAhead: 0) }

  /// The cosine of an angle in radians, of any size; NaN for an infinite angle.
  public static func cos(_ x: Double) -> Double { sine(of: x, quartersAhead: 1) }

  private static func sine(of x: Double, quartersAhead: Int) -> Double {
    guard x.isFinite else { return .nan }
    if quartersAhead == 0, x.magnitude < 0x1p-27 { return x }
    let (quadrant, angle) = x.magnitude < 0x1p19 ? nearReduction(x) : farReduction(x)
    let place = (quadrant + quartersAhead) & 3
    let value = place & 1 == 0 ? sineNearZero(angle) : cosineNearZero(angle)
    return place & 2 == 0 ? value : -value
  }

  /// Taylor's series; the first term left out, r^18 / 19! of the sum, is below 2^-62.
  private static func sineNearZero(_ angle: DoublePair) -> Double {
    let r = angle.high
    let z = r * r
    var tail = 1 / 355_687_428_096_000.0
    tail = tail * z - 1 / 1_307_674_368_000.0
    tail = tail * z + 1 / 6_227_020_800.0
    tail = tail * z - 1 / 39_916_800.0
    tail = tail * z + 1 / 362_880.0
    tail = tail * z - 1 / 5040.0
    tail = tail * z + 1 / 120.0
    tail = tail * z - 1 / 6.0
    return r + (tail * z * r + angle.low * (1 - z / 2))
  }

  /// Taylor's series, with the rounding error of `1 - z / 2` given back.
  private static func cosineNearZero(_ angle: DoublePair) -> Double {
    let r = angle.high
    let z = r * r
    var tail = 1 / 20_922_789_888_000.0
    tail = 1 / 87_178_291_200.0 - tail * z
    tail = 1 / 479_001_600.0 - tail * z
    tail = 1 / 3_628_800.0 - tail * z
    tail = 1 / 40_320.0 - tail * z
    tail = 1 / 720.0 - tail * z
    tail = 1 / 24.0 - tail * z
    let half = z / 2
    let first = 1 - half
    return first + (((1 - first) - half) + (tail * z * z - r * angle.low))
  }

  /// Takes off quarter turns, whose products with the first 33 bits of pi / 2 and with the next 33
  /// are exact (Cody and Waite, 1980).
  private static func nearReduction(_ x: Double) -> (quadrant: Int, angle: DoublePair) {
    let turns = (x * 0x1.45f30_6dc9_c883p-1 + rounder) - rounder
    let first = x - turns * 0x1.921fb_544p+0
    let second = DoublePair.sum(first, -(turns * 0x1.0b461_1a6p-34))
    let angle = DoublePair.sum(second.high, second.low - turns * 0x1.3198a_2e03_7073p-69)
    return (Int(turns), angle)
  }

  /// Takes off quarter turns by an integer product with the bits of 2 / pi that matter for x
  /// (Payne and Hanek, 1983).
  private static func farReduction(_ x: Double) -> (quadrant: Int, angle: DoublePair) {
    let size = x.magnitude
    let exponent = Int(size.bitPattern >> 52) - 1075
    let mantissa = size.bitPattern & 0x000F_FFFF_FFFF_FFFF | 0x0010_0000_0000_0000
    // Bits of 2 / pi whose product with x is a multiple of 4 quarters are left out.
    let skipped = max(0, exponent - 2)
    let low = mantissa.multipliedFullWidth(by: bitsOfTwoOverPi(from: skipped + 128))
    let middle = mantissa.multipliedFullWidth(by: bitsOfTwoOverPi(from: skipped + 64))
    let high = mantissa.multipliedFullWidth(by: bitsOfTwoOverPi(from: skipped))
    let (second, carry) = middle.low.addingReportingOverflow(low.high)
    let (first, carry2) = high.low.addingReportingOverflow(middle.high)
    let third = low.low
    let carried = first &+ (carry ? 1 : 0)
    let top = high.high &+ (carry2 ? 1 : 0) &+ (carry && carried == 0 ? 1 : 0)
    // Shifted so that the two highest bits are the quadrant.
    let words = [top, carried, second, third]
    let shift = 62 + exponent - skipped
    let turn = shift == 64 ? words[1] : words[0] << UInt64(shift) | words[1] >> UInt64(64 - shift)
    let next = shift == 64 ? words[2] : words[1] << UInt64(shift) | words[2] >> UInt64(64 - shift)
    let fraction = Int64(bitPattern: turn << 2 | next >> 62)
    let quadrant = Int(turn >> 62) + (fraction < 0 ? 1 : 0)
    let upper = Double(fraction >> 32) * 0x1p-32
    let lower = Double(fraction & 0xFFFF_FFFF) * 0x1p-64 + Double(next << 2) * 0x1p-128
    let quarter = DoublePair(0x1.921fb_5444_2d18p+0, 0x1.1a626_3314_5c07p-54)
    let angle = DoublePair.sum(upper, lower) * quarter
    return x < 0 ? (-quadrant, DoublePair(-angle.high, -angle.low)) : (quadrant, angle)
  }

  /// 64 bits of 2 / pi from the one with index `first` on; index 0 has weight 1/2.
  private static func bitsOfTwoOverPi(from first: Int) -> UInt64 {
    let word = first / 64
    let shift = UInt64(first % 64)
    guard shift > 0 else { return twoOverPi[word] }
    return twoOverPi[word] << shift | twoOverPi[word + 1] >> (64 - shift)
  }

  /// The first 1280 bits of 2 / pi behind the binary point.
  private static let twoOverPi: [UInt64] = [
    0xA2F9_836E_4E44_1529, 0xFC27_57D1_F534_DDC0, 0xDB62_9599_3C43_9041,
    0xFE51_63AB_DEBB_C561, 0xB724_6E3A_424D_D2E0, 0x0649_2EEA_09D1_921C,
    0xFE1D_EB1C_B129_A73E, 0xE882_35F5_2EBB_4484, 0xE99C_7026_B45F_7E41,
    0x3991_D639_8353_39F4, 0x9C84_5F8B_BDF9_283B, 0x1FF8_97FF_DE05_980F,
    0xEF2F_118B_5A0A_6D1F, 0x6D36_7ECF_27CB_09B7, 0x4F46_3F66_9E5F_EA2D,
    0x7527_BAC7_EBE5_F17B, 0x3D07_39F7_8A52_92EA, 0x6BFB_5FB1_1F8D_5D08,
    0x5603_3046_FC7B_6BAB, 0xF0CF_BC20_9AF4_361D,
  ]
}
