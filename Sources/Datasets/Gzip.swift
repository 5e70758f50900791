import CZlib

/// Packed bytes as `gzip` writes them (RFC 1952), by way of zlib.
public enum Gzip {
  /// What unpacked data may take unless a caller allows more: 1 GiB.
  public static let defaultLimitBytes = 1 << 30

  /// Whether the bytes begin as a gzip file does.
  public static func isPacked(_ bytes: [UInt8]) -> Bool {
    bytes.count >= magic.count && bytes.prefix(magic.count).elementsEqual(magic)
  }

  /// The bytes that were packed; files of several members are joined, as `gunzip` does.
  ///
  /// Zero bytes after the last member are padding; anything else there is damage.
  ///
  /// - Throws: `malformed` where zlib finds damage, `truncated` where the file ends inside a
  ///   member, `tooLarge` if more than `limitBytes` come out.
  public static func unpacked(
    _ bytes: [UInt8],
    limitBytes: Int = defaultLimitBytes
  ) throws(DatasetError) -> [UInt8] {
    guard !bytes.isEmpty else { throw .empty(what: "the gzip file") }
    guard isPacked(bytes) || bytes.count < magic.count else {
      throw .malformed(format: "gzip", problem: "it does not begin with 1f 8b")
    }
    var stream = z_stream()
    guard cz_inflate_init(&stream, windowBits) == Z_OK else {
      throw .tooLarge(what: "zlib's working memory", limitBytes: limitBytes)
    }
    defer { inflateEnd(&stream) }

    var result: [UInt8] = []
    // Deflate seldom packs data better than 4:1 here; the buffer grows when it does.
    result.reserveCapacity(min(limitBytes, bytes.count.multipliedReportingOverflow(by: 4).0))
    var chunk = [UInt8](repeating: 0, count: chunkBytes)
    var consumed = 0
    var status = Z_OK
    while true {
      let input = min(bytes.count - consumed, Int(UInt32.max))
      let (used, made) = bytes.withUnsafeBufferPointer { source in
        chunk.withUnsafeMutableBufferPointer { target in
          // zlib's interface is not const-correct; it only reads through next_in.
          stream.next_in = UnsafeMutablePointer(mutating: source.baseAddress.map { $0 + consumed })
          stream.avail_in = UInt32(input)
          stream.next_out = target.baseAddress
          stream.avail_out = UInt32(target.count)
          status = inflate(&stream, Z_NO_FLUSH)
          return (input - Int(stream.avail_in), target.count - Int(stream.avail_out))
        }
      }
      consumed += used
      guard made <= limitBytes - result.count else {
        throw .tooLarge(what: "the unpacked data", limitBytes: limitBytes)
      }
      result.append(contentsOf: chunk[..<made])

      if status == Z_STREAM_END {
        let rest = bytes[consumed...]
        if rest.allSatisfy({ $0 == 0 }) { return result }
        guard rest.starts(with: magic), inflateReset(&stream) == Z_OK else {
          throw .malformed(format: "gzip", problem: "\(rest.count) foreign bytes at its end")
        }
      } else if status != Z_OK && status != Z_BUF_ERROR {
        let problem = stream.msg.map { String(cString: $0) } ?? "damaged data"
        throw .malformed(format: "gzip", problem: "\(problem) near byte \(consumed)")
      } else if made < chunk.count && consumed == bytes.count {
        throw .malformed(
          format: "gzip",
          problem: "it ends too early, after \(bytes.count) B (\(result.count) B unpacked)"
        )
      }
    }
  }

  private static let magic: [UInt8] = [0x1F, 0x8B]
  /// The largest window (15), plus 16 for a gzip header and checksum instead of zlib's.
  private static let windowBits: Int32 = 15 + 16
  private static let chunkBytes = 1 << 16
}
