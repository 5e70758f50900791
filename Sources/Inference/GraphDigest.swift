import CDigest

extension Graph {
  /// SHA-256 of the weights and biases with their scales and zero points, in lower-case hexadecimal.
  ///
  /// The bytes are, by tensor in ascending order: the stored elements, then each scale as a 32-bit
  /// float and each zero point as a 64-bit integer, little-endian.
  public func digest() -> String {
    var context = SHA2_CTX()
    SHA256Init(&context)
    func add(_ bytes: [UInt8]) { SHA256Update(&context, bytes, bytes.count) }
    for parameter in parameters {
      let tensor = tensors[parameter.tensor]
      add(tensor.constant ?? [])
      switch tensor.quantization {
      case nil: continue
      case .perTensor(let scale, let zeroPoint):
        add(littleEndianBytes([scale.bitPattern]) + littleEndianBytes([Int64(zeroPoint)]))
      case .perChannel(let scales, let zeroPoints, _):
        add(littleEndianBytes(scales.map(\.bitPattern)))
        add(littleEndianBytes(zeroPoints.map { Int64($0) }))
      }
    }
    var digest = [UInt8](repeating: 0, count: Int(SHA256_DIGEST_LENGTH))
    SHA256Final(&digest, &context)
    let digits = Array("0123456789abcdef")
    return String(digest.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
  }
}
