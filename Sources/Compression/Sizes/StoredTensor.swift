import Inference
import Networks

/// The bytes of a tensor of weights as stored, which the coders of this folder make smaller.
public struct StoredTensor: Hashable, Sendable {
  /// Little-endian elements.
  public let bytes: [UInt8]
  /// Bytes of one element: 4 for a float, 1 for an int8 or two packed int4.
  public let elementBytes: Int
  /// Whether sparse, codebook and Huffman coding may treat it; biases and statistics stay as they
  /// are.
  public let isCodable: Bool

  /// Stored bytes; a rest that fills no element is padded with zeros.
  public init(bytes: [UInt8], elementBytes: Int, isCodable: Bool = true) {
    let rest = bytes.count % elementBytes
    self.bytes = rest == 0 ? bytes : bytes + [UInt8](repeating: 0, count: elementBytes - rest)
    self.elementBytes = elementBytes
    self.isCodable = isCodable
  }

  /// The number of elements.
  public var count: Int { bytes.count / elementBytes }

  /// The elements as unsigned integers.
  var elements: [UInt64] {
    (0..<count).map { index in
      var element: UInt64 = 0
      for byte in (0..<elementBytes).reversed() {
        element = element << 8 | UInt64(bytes[index * elementBytes + byte])
      }
      return element
    }
  }
}

extension Network {
  /// Every parameter in order, as 32-bit floats.
  public var storedTensors: [StoredTensor] {
    var tensors: [StoredTensor] = []
    for parameter in parameters.joined() {
      let bytes = parameter.tensor.withElements { elements in
        elements.flatMap { element in
          // + 0 makes one zero of the two, so that a pruned weight has one pattern.
          withUnsafeBytes(of: (element + 0).bitPattern.littleEndian, Array.init)
        }
      }
      tensors.append(
        StoredTensor(bytes: bytes, elementBytes: 4, isCodable: parameter.role.isPrunable)
      )
    }
    return tensors
  }
}

extension Graph {
  /// Every constant that holds weights or biases, in order, each followed by its scales and zero
  /// points (4 bytes each).
  ///
  /// Shapes and axes, which are integers without a scale, belong to the operations. A bias's scale
  /// is the product of two others and not stored.
  public var storedTensors: [StoredTensor] {
    var tensors: [StoredTensor] = []
    for tensor in self.tensors {
      guard let constant = tensor.constant else { continue }
      switch tensor.type {
      case .float32, .float16:
        let bytes = tensor.type.bits / 8
        tensors.append(
          StoredTensor(bytes: constant, elementBytes: bytes, isCodable: tensor.shape.count > 1)
        )
      case .int8, .uint8, .int4, .int16:
        let bytes = max(1, tensor.type.bits / 8)
        tensors.append(
          StoredTensor(bytes: constant, elementBytes: bytes, isCodable: tensor.shape.count > 1)
        )
        if let quantization = tensor.quantization {
          tensors.append(quantization.stored)
        }
      case .int32, .int64:
        guard tensor.quantization != nil else { continue }
        tensors.append(
          StoredTensor(bytes: constant, elementBytes: tensor.type.bits / 8, isCodable: false)
        )
      case .bool:
        continue
      }
    }
    return tensors
  }
}

extension Quantization {
  /// Scales as floats, then zero points as 32-bit integers.
  fileprivate var stored: StoredTensor {
    let (scales, zeroPoints): ([Float], [Int]) =
      switch self {
      case .perTensor(let scale, let zeroPoint): ([scale], [zeroPoint])
      case .perChannel(let scales, let zeroPoints, _): (scales, zeroPoints)
      }
    var bytes: [UInt8] = []
    for scale in scales { withUnsafeBytes(of: scale.bitPattern.littleEndian) { bytes += $0 } }
    for zeroPoint in zeroPoints {
      withUnsafeBytes(of: Int32(truncatingIfNeeded: zeroPoint).littleEndian) { bytes += $0 }
    }
    return StoredTensor(bytes: bytes, elementBytes: 4, isCodable: false)
  }
}
