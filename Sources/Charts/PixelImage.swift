/// Pixels that go into an SVG file as a PNG picture (ISO/IEC 15948), stored without compression.
struct PixelImage {
  let width: Int
  let height: Int
  /// Red, green and blue, row by row.
  private(set) var bytes: [UInt8]

  init(width: Int, height: Int, pixel: (Int, Int) -> Palette.Colour) {
    self.width = width
    self.height = height
    bytes = []
    bytes.reserveCapacity(width * height * 3)
    for y in 0..<height {
      for x in 0..<width {
        let colour = pixel(x, y)
        for part in [colour.red, colour.green, colour.blue] {
          bytes.append(UInt8(min(255, max(0, part))))
        }
      }
    }
  }

  var base64PNG: String { Self.base64(png) }

  private var png: [UInt8] {
    var file: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
    // 8 bits a part, colour type 2 (red, green, blue), no interlacing.
    let header = Self.bigEndian(UInt32(width)) + Self.bigEndian(UInt32(height)) + [8, 2, 0, 0, 0]
    file += Self.chunk("IHDR", header)
    var lines: [UInt8] = []
    for y in 0..<height {
      // Every line begins with its filter; 0 is none.
      lines.append(0)
      lines.append(contentsOf: bytes[y * width * 3..<(y + 1) * width * 3])
    }
    file += Self.chunk("IDAT", Self.stored(lines))
    return file + Self.chunk("IEND", [])
  }

  /// A zlib stream of stored blocks (RFC 1950, RFC 1951).
  private static func stored(_ data: [UInt8]) -> [UInt8] {
    let largestBlock = 65_535
    var result: [UInt8] = [0x78, 0x01]
    for start in stride(from: 0, to: max(1, data.count), by: largestBlock) {
      let end = min(data.count, start + largestBlock)
      let count = UInt16(end - start)
      result.append(end == data.count ? 1 : 0)
      for part in [count, ~count] {
        result += [UInt8(truncatingIfNeeded: part), UInt8(truncatingIfNeeded: part >> 8)]
      }
      result.append(contentsOf: data[start..<end])
    }
    // Adler's checksum: two sums modulo the largest prime below 2^16.
    var (low, high): (UInt32, UInt32) = (1, 0)
    for byte in data {
      low = (low + UInt32(byte)) % 65_521
      high = (high + low) % 65_521
    }
    return result + bigEndian(high << 16 | low)
  }

  private static func chunk(_ name: String, _ body: [UInt8]) -> [UInt8] {
    let named = Array(name.utf8) + body
    var checksum = ~UInt32(0)
    for byte in named {
      checksum ^= UInt32(byte)
      for _ in 0..<8 {
        // The polynomial of CRC-32, reflected.
        checksum = checksum & 1 == 1 ? checksum >> 1 ^ 0xEDB8_8320 : checksum >> 1
      }
    }
    return bigEndian(UInt32(body.count)) + named + bigEndian(~checksum)
  }

  private static func bigEndian(_ number: UInt32) -> [UInt8] {
    [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: number >> UInt32($0)) }
  }

  private static func base64(_ bytes: [UInt8]) -> String {
    let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    var text: [UInt8] = []
    text.reserveCapacity((bytes.count + 2) / 3 * 4)
    for start in stride(from: 0, to: bytes.count, by: 3) {
      let count = min(3, bytes.count - start)
      var bits = 0
      for offset in 0..<3 { bits = bits << 8 | (offset < count ? Int(bytes[start + offset]) : 0) }
      for place in 0..<4 {
        text.append(place <= count ? digits[bits >> (18 - 6 * place) & 63] : UInt8(ascii: "="))
      }
    }
    return String(decoding: text, as: UTF8.self)
  }
}
