import Tensors

/// How a binary file stores one number.
enum NumberFormat: Hashable, Sendable {
  case unsigned(bytes: Int)
  case signed(bytes: Int)
  case float(bytes: Int)

  var bytes: Int {
    switch self {
    case .unsigned(let bytes), .signed(let bytes), .float(let bytes): bytes
    }
  }

  var isWhole: Bool {
    switch self {
    case .unsigned, .signed: true
    case .float: false
    }
  }

  /// The number that `cells` hold.
  func number(_ cells: ArraySlice<UInt8>, _ order: ByteReader.Order) -> Double {
    let bits: UInt64 = ByteReader.join(cells, order)
    switch self {
    case .unsigned: return Double(bits)
    case .signed(let bytes):
      let unused = 64 - 8 * bytes
      return Double(Int64(bitPattern: bits << UInt64(unused)) >> Int64(unused))
    case .float(let bytes):
      switch bytes {
      case 2: return Self.half(UInt16(truncatingIfNeeded: bits))
      case 4: return Double(Float(bitPattern: UInt32(truncatingIfNeeded: bits)))
      default: return Double(bitPattern: bits)
      }
    }
  }

  /// IEEE 754 binary16: a sign, 5 bits of exponent biased by 15, 10 of fraction.
  private static func half(_ bits: UInt16) -> Double {
    let sign: Double = bits >> 15 == 0 ? 1 : -1
    let exponent = Int(bits >> 10 & 0x1F)
    let fraction = Double(bits & 0x3FF)
    switch exponent {
    case 0: return sign * fraction * 0x1p-24
    case 31: return fraction == 0 ? sign * .infinity : .nan
    default:
      return sign * (1 + fraction / 1024)
        * Double(sign: .plus, exponent: exponent - 15, significand: 1)
    }
  }
}

/// A rectangular array read from a binary file.
public struct NumericArray: Hashable, Sendable {
  /// The numbers in row-major order, as 32-bit floats.
  public let tensor: Tensor
  /// Whether the file stores integers.
  public let isWhole: Bool

  /// The extents, outermost first.
  public var shape: Shape { tensor.shape }

  /// Reads `shape.count` numbers from `body`, which has exactly that many.
  init(_ shape: Shape, _ format: NumberFormat, _ order: ByteReader.Order, _ body: ArraySlice<UInt8>)
  {
    var tensor = Tensor(shape)
    tensor.withMutableElements { elements in
      body.withUnsafeBufferPointer { cells in
        if format == .unsigned(bytes: 1) {
          for position in elements.indices { elements[position] = Float(cells[position]) }
          return
        }
        for position in elements.indices {
          let start = body.startIndex + position * format.bytes
          elements[position] = Float(format.number(body[start..<start + format.bytes], order))
        }
      }
    }
    self.tensor = tensor
    isWhole = format.isWhole
  }

  init(tensor: Tensor, isWhole: Bool) {
    self.tensor = tensor
    self.isWhole = isWhole
  }

  /// The numbers as class indices, if they are whole and there is one for each row.
  var labels: [Int32]? {
    guard shape.rank == 1 || shape.count == shape.extents.first else { return nil }
    var labels: [Int32] = []
    for value in tensor.values {
      guard let label = Int32(exactly: value) else { return nil }
      labels.append(label)
    }
    return labels
  }
}
