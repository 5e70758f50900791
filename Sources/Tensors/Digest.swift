import CDigest

/// SHA-256 over bytes that come one part after another (FIPS 180-4, by libmd).
public struct Digest {
  private var context = SHA2_CTX()

  /// The digest of nothing so far.
  public init() { SHA256Init(&context) }

  /// Takes the next bytes.
  public mutating func update(_ bytes: UnsafeRawBufferPointer) {
    SHA256Update(&context, bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), bytes.count)
  }

  /// Takes the next bytes.
  public mutating func update(_ bytes: [UInt8]) { bytes.withUnsafeBytes { update($0) } }

  /// The 32 bytes of everything taken, as 64 lower-case hexadecimal digits.
  public func hexadecimal() -> String {
    var context = context
    var digest = [UInt8](repeating: 0, count: Int(SHA256_DIGEST_LENGTH))
    SHA256Final(&digest, &context)
    let digits = Array("0123456789abcdef")
    return String(digest.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
  }
}
