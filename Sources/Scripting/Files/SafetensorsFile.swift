import FoundationEssentials
import Tensors

/// Why bytes are no `.safetensors` file that can be read.
enum SafetensorsError: Error, CustomStringConvertible {
  case tooShort(bytes: Int)
  case headerTooLong(bytes: UInt64, available: Int)
  case badHeader(String)
  case unsupportedType(tensor: String, type: String)
  case badOffsets(tensor: String)

  var description: String {
    switch self {
    case .tooShort(let bytes): "a safetensors file begins with 8 bytes, but here are \(bytes)"
    case .headerTooLong(let bytes, let available):
      "the header should have \(bytes) bytes, but only \(available) are there"
    case .badHeader(let reason): "the header is damaged: \(reason)"
    case .unsupportedType(let tensor, let type):
      "tensor '\(tensor)' has type \(type), and only F32 is read"
    case .badOffsets(let tensor):
      "tensor '\(tensor)' lies outside the file or does not match its shape"
    }
  }
}

/// Named tensors with text beside them: Hugging Face's safetensors format.
///
/// An 8-byte little-endian length, a JSON header of that length, then the elements.
struct SafetensorsFile {
  /// Tensors in the order of the file.
  var tensors: [(name: String, tensor: Tensor)]
  /// Text by key.
  var metadata: [String: String]

  /// The largest header read: what the format's own library allows.
  private static let longestHeader: UInt64 = 100_000_000

  init(tensors: [(name: String, tensor: Tensor)], metadata: [String: String]) {
    self.tensors = tensors
    self.metadata = metadata
  }

  /// Reads a file; every offset is checked against its bytes.
  init(_ bytes: [UInt8]) throws(SafetensorsError) {
    guard bytes.count >= 8 else { throw .tooShort(bytes: bytes.count) }
    let length = bytes[..<8].enumerated().reduce(UInt64(0)) {
      $0 | UInt64($1.element) << (8 * $1.offset)
    }
    guard length <= Self.longestHeader, length <= UInt64(bytes.count - 8) else {
      throw .headerTooLong(bytes: length, available: bytes.count - 8)
    }
    let dataStart = 8 + Int(length)
    let header: Header
    do {
      header = try JSONDecoder().decode(Header.self, from: Data(bytes[8..<dataStart]))
    } catch {
      throw .badHeader("it is not the JSON object that it should be")
    }
    metadata = header.metadata
    tensors = []
    for (name, entry) in header.entries.sorted(by: {
      ($0.value.start, $0.key) < ($1.value.start, $1.key)
    }) {
      guard entry.type == "F32" else { throw .unsupportedType(tensor: name, type: entry.type) }
      guard let shape = Shape(checking: entry.shape), entry.start >= 0, entry.end >= entry.start,
        entry.end <= bytes.count - dataStart, entry.end - entry.start == shape.count * 4
      else { throw .badOffsets(tensor: name) }
      let start = dataStart + entry.start
      var values = [Float](repeating: 0, count: shape.count)
      for index in values.indices {
        let place = start + 4 * index
        let bits =
          UInt32(bytes[place]) | UInt32(bytes[place + 1]) << 8
          | UInt32(bytes[place + 2]) << 16 | UInt32(bytes[place + 3]) << 24
        values[index] = Float(bitPattern: bits)
      }
      tensors.append((name, Tensor(shape, values)))
    }
  }

  /// The bytes; the same content gives the same bytes.
  var bytes: [UInt8] {
    var data: [UInt8] = []
    var parts: [String] = []
    if !metadata.isEmpty {
      let pairs = metadata.sorted { $0.key < $1.key }
        .map { "\(Self.quoted($0.key)):\(Self.quoted($0.value))" }
      parts.append("\"__metadata__\":{\(pairs.joined(separator: ","))}")
    }
    for (name, tensor) in tensors {
      let start = data.count
      tensor.withElements { elements in
        for element in elements {
          withUnsafeBytes(of: element.bitPattern.littleEndian) { data += $0 }
        }
      }
      let extents = tensor.shape.extents.map(String.init).joined(separator: ",")
      parts.append(
        "\(Self.quoted(name)):{\"dtype\":\"F32\",\"shape\":[\(extents)],"
          + "\"data_offsets\":[\(start),\(data.count)]}"
      )
    }
    var header = Array("{\(parts.joined(separator: ","))}".utf8)
    while !header.count.isMultiple(of: 8) { header.append(UInt8(ascii: " ")) }
    return (0..<8).map { UInt8(truncatingIfNeeded: header.count >> (8 * $0)) } + header + data
  }

  /// A JSON string.
  private static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      default:
        if scalar.value < 0x20 {
          let digits = String(scalar.value, radix: 16)
          result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        } else {
          result.unicodeScalars.append(scalar)
        }
      }
    }
    return result + "\""
  }

  private struct Header: Decodable {
    struct Entry: Decodable {
      let type: String
      let shape: [Int]
      let start: Int
      let end: Int

      enum CodingKeys: String, CodingKey {
        case type = "dtype"
        case shape
        case offsets = "data_offsets"
      }

      init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        type = try container.decode(String.self, forKey: .type)
        shape = try container.decode([Int].self, forKey: .shape)
        let offsets = try container.decode([Int].self, forKey: .offsets)
        start = offsets.count == 2 ? offsets[0] : -1
        end = offsets.count == 2 ? offsets[1] : -1
      }
    }

    struct Key: CodingKey {
      let stringValue: String
      var intValue: Int? { nil }
      init(stringValue: String) { self.stringValue = stringValue }
      init?(intValue: Int) { nil }
    }

    var entries: [String: Entry] = [:]
    var metadata: [String: String] = [:]

    init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: Key.self)
      for key in container.allKeys {
        if key.stringValue == "__metadata__" {
          metadata = try container.decode([String: String].self, forKey: key)
        } else {
          entries[key.stringValue] = try container.decode(Entry.self, forKey: key)
        }
      }
    }
  }
}
