/// A strict reader of JSON after RFC 8259, written for these tests so that nothing judges itself.
indirect enum JSONText: Hashable {
  case object([String: JSONText])
  case array([JSONText])
  case string(String)
  case number(Double)
  case word(String)

  /// The value of a whole text, or nil if it is not JSON.
  static func value(of bytes: [UInt8]) -> JSONText? {
    var reader = Reader(scalars: Array(String(decoding: bytes, as: UTF8.self).unicodeScalars))
    guard let value = reader.value() else { return nil }
    reader.skipSpace()
    return reader.isAtEnd ? value : nil
  }

  private struct Reader {
    let scalars: [Unicode.Scalar]
    var position = 0

    var isAtEnd: Bool { position == scalars.count }

    mutating func skipSpace() {
      while let next = peek(), " \n\r\t".unicodeScalars.contains(next) { position += 1 }
    }

    func peek() -> Unicode.Scalar? { position < scalars.count ? scalars[position] : nil }

    mutating func take(_ scalar: Unicode.Scalar) -> Bool {
      skipSpace()
      guard peek() == scalar else { return false }
      position += 1
      return true
    }

    mutating func value() -> JSONText? {
      skipSpace()
      switch peek() {
      case "{": return object()
      case "[": return array()
      case "\"": return string().map { .string($0) }
      case nil: return nil
      default: return bareWord()
      }
    }

    mutating func object() -> JSONText? {
      guard take("{") else { return nil }
      var fields: [String: JSONText] = [:]
      if take("}") { return .object(fields) }
      repeat {
        skipSpace()
        guard let key = string(), fields[key] == nil, take(":"), let field = value() else {
          return nil
        }
        fields[key] = field
      } while take(",")
      return take("}") ? .object(fields) : nil
    }

    mutating func array() -> JSONText? {
      guard take("[") else { return nil }
      var items: [JSONText] = []
      if take("]") { return .array(items) }
      repeat {
        guard let item = value() else { return nil }
        items.append(item)
      } while take(",")
      return take("]") ? .array(items) : nil
    }

    mutating func string() -> String? {
      guard take("\"") else { return nil }
      var text = String.UnicodeScalarView()
      while let next = peek() {
        position += 1
        switch next {
        case "\"": return String(text)
        case "\\":
          guard let scalar = escaped() else { return nil }
          text.append(scalar)
        default:
          guard next.value >= 0x20 else { return nil }
          text.append(next)
        }
      }
      return nil
    }

    mutating func escaped() -> Unicode.Scalar? {
      guard let next = peek() else { return nil }
      position += 1
      switch next {
      case "n": return "\n"
      case "t": return "\t"
      case "r": return "\r"
      case "b": return "\u{8}"
      case "f": return "\u{C}"
      case "\"", "\\", "/": return next
      case "u":
        guard position + 4 <= scalars.count else { return nil }
        let digits = String(String.UnicodeScalarView(scalars[position..<position + 4]))
        position += 4
        return UInt32(digits, radix: 16).flatMap(Unicode.Scalar.init)
      default: return nil
      }
    }

    mutating func bareWord() -> JSONText? {
      var text = ""
      while let next = peek(),
        next.properties.isAlphabetic || "+-.0123456789".unicodeScalars.contains(next)
      {
        text.unicodeScalars.append(next)
        position += 1
      }
      if ["true", "false", "null"].contains(text) { return .word(text) }
      return Double(text).flatMap { $0.isFinite ? .number($0) : nil }
    }
  }
}
