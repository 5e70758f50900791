/// Colours that stay apart for colour-blind eyes (Okabe and Ito, "Color universal design", 2008),
/// without their yellow, which is too pale on white.
enum Palette {
  /// A colour of 8-bit red, green and blue.
  struct Colour: Hashable, Sendable {
    let red: Int
    let green: Int
    let blue: Int

    /// `#0072b2`.
    var hexadecimal: String {
      "#"
        + [red, green, blue].map { part in
          let digits = String(part, radix: 16)
          return digits.count == 1 ? "0" + digits : digits
        }.joined()
    }

    /// The nearest of a terminal's 256 colours: a 6x6x6 cube from 16 on, greys from 232 on.
    var terminalIndex: UInt8 {
      if red == green, green == blue {
        // Greys run from 8 to 238 in steps of 10; black and white are in the cube.
        if red < 4 { return 16 }
        if red > 246 { return 231 }
        return UInt8(min(255, 232 + max(0, (red - 3) / 10)))
      }
      func level(_ part: Int) -> Int { part < 48 ? 0 : part < 115 ? 1 : (part - 35) / 40 }
      return UInt8(16 + 36 * level(red) + 6 * level(green) + level(blue))
    }

    /// Whether dark writing is better readable on it than white (relative luminance, WCAG 2, with
    /// the square for the power of 2.4).
    var isLight: Bool {
      let parts = [red, green, blue].map { Double($0) / 255 }.map { $0 * $0 }
      return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2] > 0.3
    }

    func mixed(with other: Colour, _ share: Double) -> Colour {
      func mix(_ a: Int, _ b: Int) -> Int {
        Int((Double(a) + (Double(b) - Double(a)) * share).rounded())
      }
      return Colour(
        red: mix(red, other.red),
        green: mix(green, other.green),
        blue: mix(blue, other.blue)
      )
    }
  }

  static let white = Colour(red: 255, green: 255, blue: 255)
  static let blue = Colour(red: 0, green: 114, blue: 178)
  static let vermillion = Colour(red: 213, green: 94, blue: 0)
  /// What is not a number.
  static let missing = Colour(red: 225, green: 225, blue: 225)

  static let series = [
    blue, vermillion, Colour(red: 0, green: 158, blue: 115),
    Colour(red: 204, green: 121, blue: 167),
    Colour(red: 230, green: 159, blue: 0), Colour(red: 86, green: 180, blue: 233),
    Colour(red: 90, green: 90, blue: 90),
  ]

  /// The colour of the n-th series; they come again after the last.
  static func series(_ index: Int) -> Colour { series[index % series.count] }

  /// A shade for a matrix: white for 0, blue for `largest`, vermillion for `-largest`.
  static func shade(_ value: Double, largest: Double) -> Colour {
    guard value.isFinite else { return missing }
    guard largest > 0 else { return white }
    let share = min(1, abs(value) / largest)
    let end = value < 0 ? vermillion : blue
    // Beyond three quarters the pure colour is darkened, so that large numbers stay apart.
    let black = Colour(red: 0, green: 0, blue: 0)
    return share <= 0.75
      ? white.mixed(with: end, share / 0.75) : end.mixed(with: black, (share - 0.75) * 1.6)
  }
}
