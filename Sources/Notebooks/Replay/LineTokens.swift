import Scripting

/// A line of output cut into words and numbers, so that lines compare by meaning.
struct LineTokens {
  /// A word, or a number with the step of its last digit.
  enum Token: Hashable {
    case word(String)
    /// The beginning of a word that `[..]` goes on, as in `sha256:[..]`.
    case beginning(String)
    /// `value` is at full precision where the program printed the line.
    case number(value: Double, written: String, unit: Double, isWhole: Bool)
    /// `[..]`: any words.
    case anything
  }

  let tokens: [Token]

  /// A line as a notebook holds it.
  init(recorded text: String) {
    var cutter = TokenCutter(Array(text.unicodeScalars), values: [:], readsWildcards: true)
    tokens = cutter.tokens()
  }

  /// A line as the program printed it, with its numbers at full precision.
  init(printed line: OutputLine) {
    var scalars: [Unicode.Scalar] = []
    var values: [Int: (end: Int, value: Double)] = [:]
    for segment in line.segments {
      switch segment {
      case .text(let text): scalars += text.unicodeScalars
      case .number(let value, let written):
        let start = scalars.count
        scalars += written.unicodeScalars
        values[start] = (scalars.count, value)
      }
    }
    var cutter = TokenCutter(scalars, values: values, readsWildcards: false)
    tokens = cutter.tokens()
  }
}

/// Cuts text at white space and between words and numbers.
private struct TokenCutter {
  private let scalars: [Unicode.Scalar]
  private let values: [Int: (end: Int, value: Double)]
  private let readsWildcards: Bool
  private var position = 0

  init(
    _ scalars: [Unicode.Scalar],
    values: [Int: (end: Int, value: Double)],
    readsWildcards: Bool
  ) {
    self.scalars = scalars
    self.values = values
    self.readsWildcards = readsWildcards
  }

  mutating func tokens() -> [LineTokens.Token] {
    var tokens: [LineTokens.Token] = []
    while position < scalars.count {
      if scalars[position].properties.isWhitespace {
        position += 1
      } else if readsWildcards, startsWildcard {
        tokens.append(.anything)
        position += 4
      } else if let number = number() {
        tokens.append(number)
      } else {
        let word = word()
        let goesOn = readsWildcards && position < scalars.count && startsWildcard
        tokens.append(goesOn ? .beginning(word) : .word(word))
      }
    }
    return tokens
  }

  private var startsWildcard: Bool {
    position + 4 <= scalars.count
      && String(String.UnicodeScalarView(scalars[position..<position + 4])) == "[..]"
  }

  private func isDigit(_ index: Int) -> Bool {
    index < scalars.count && (48...57).contains(scalars[index].value)
  }

  private func isSign(_ index: Int) -> Bool {
    guard index < scalars.count, scalars[index] == "-" || scalars[index] == "+" else {
      return false
    }
    return isDigit(index + 1) && (index == 0 || !isWordScalar(index - 1))
  }

  private func isWordScalar(_ index: Int) -> Bool {
    let properties = scalars[index].properties
    return properties.isAlphabetic || properties.numericType != nil || scalars[index] == "_"
      || scalars[index] == ")"
  }

  /// `-1,234.5e-3`: a number that does not continue a word.
  private mutating func number() -> LineTokens.Token? {
    let start = position
    var end = start
    if isSign(end) { end += 1 }
    guard isDigit(end), start == 0 || !isWordScalar(start - 1) else { return nil }
    var digits = ""
    if end > start { digits.unicodeScalars.append(scalars[start]) }
    while isDigit(end) || groups(at: end) {
      if scalars[end] != "," { digits.unicodeScalars.append(scalars[end]) }
      end += 1
    }
    var decimals = 0
    var isWhole = true
    if end < scalars.count, scalars[end] == ".", isDigit(end + 1) {
      isWhole = false
      digits.append(".")
      end += 1
      while isDigit(end) {
        digits.unicodeScalars.append(scalars[end])
        decimals += 1
        end += 1
      }
    }
    var exponent = 0
    if end < scalars.count, scalars[end] == "e" || scalars[end] == "E" {
      var ahead = end + 1
      if ahead < scalars.count, scalars[ahead] == "-" || scalars[ahead] == "+" { ahead += 1 }
      if isDigit(ahead) {
        var text = ""
        for index in (end + 1)..<ahead { text.unicodeScalars.append(scalars[index]) }
        while isDigit(ahead) {
          text.unicodeScalars.append(scalars[ahead])
          ahead += 1
        }
        if let parsed = Int(text), abs(parsed) < 400 {
          exponent = parsed
          isWhole = false
          end = ahead
        }
      }
    }
    position = end
    let written = Double("\(digits)e\(exponent)") ?? 0
    let unit = Double("1e\(exponent - decimals)") ?? 1
    let known = values[start].flatMap { $0.end == end ? $0.value : nil }
    return .number(
      value: known ?? written,
      written: "\(digits)e\(exponent)",
      unit: unit,
      isWhole: isWhole
    )
  }

  /// A comma between groups of three digits.
  private func groups(at index: Int) -> Bool {
    index < scalars.count && scalars[index] == "," && isDigit(index + 1) && isDigit(index + 2)
      && isDigit(index + 3) && !isDigit(index + 4)
  }

  /// Up to white space, or up to where a number begins behind punctuation.
  private mutating func word() -> String {
    var text = String.UnicodeScalarView()
    repeat {
      text.append(scalars[position])
      position += 1
    } while position < scalars.count && !scalars[position].properties.isWhitespace
      && !(readsWildcards && startsWildcard)
      && !((isDigit(position) || isSign(position)) && !isWordScalar(position - 1))
    return String(text)
  }
}
