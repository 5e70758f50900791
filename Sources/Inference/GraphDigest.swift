import Tensors

extension Graph {
  /// SHA-256 of the weights and biases with their scales and zero points, in lower-case hexadecimal.
  ///
  /// The bytes are, by tensor in ascending order: the stored elements, then each scale as a 32-bit
  /// float and each zero point as a 64-bit integer, little-endian.
  public func digest() -> String {
    var digest = Digest()
    for parameter in parameters {
      let tensor = tensors[parameter.tensor]
      digest.update(tensor.constant ?? [])
      switch tensor.quantization {
      case nil: continue
      case .perTensor(let scale, let zeroPoint):
        digest.update(littleEndianBytes([scale.bitPattern]) + littleEndianBytes([Int64(zeroPoint)]))
      case .perChannel(let scales, let zeroPoints, _):
        digest.update(littleEndianBytes(scales.map(\.bitPattern)))
        digest.update(littleEndianBytes(zeroPoints.map { Int64($0) }))
      }
    }
    return digest.hexadecimal()
  }
}
