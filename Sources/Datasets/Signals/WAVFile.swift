/// Reads WAV files (RIFF): whole numbers of 8 or 16 bits, one or two channels.
///
/// Values are scaled to -1...1, as `scipy.io.wavfile` and TensorFlow scale them: an 8-bit value v is
/// (v - 128) / 128, a 16-bit one v / 32768; two channels are averaged.
public enum WAVFile {
  /// A recording.
  public struct Recording: Hashable, Sendable {
    /// The values over time.
    public let values: [Float]
    /// Values a second.
    public let rate: Int
  }

  static func isWAV(_ bytes: [UInt8]) -> Bool {
    bytes.count >= 12 && bytes[0..<4].elementsEqual("RIFF".utf8)
      && bytes[8..<12].elementsEqual("WAVE".utf8)
  }

  /// The recording in a file's bytes.
  ///
  /// - Throws: `malformed`, `truncated`, `empty`.
  public static func read(_ bytes: [UInt8]) throws(DatasetError) -> Recording {
    guard isWAV(bytes) else {
      throw .malformed(format: "WAV", problem: "it does not begin with RIFF and WAVE")
    }
    var reader = ByteReader(bytes, format: "WAV")
    _ = try reader.take(12)
    var form: (channels: Int, rate: Int, bits: Int)?
    while reader.left >= 8 {
      let name = try reader.take(4)
      let size = Int(try reader.number(.littleEndian) as UInt32)
      if name.elementsEqual("fmt ".utf8) {
        form = try readForm(try reader.take(size))
      } else if name.elementsEqual("data".utf8) {
        guard let form else {
          throw .malformed(format: "WAV", problem: "its data stands before its format")
        }
        // A file that is still being written, or was piped, says more than there is.
        return try values(of: try reader.take(min(size, reader.left)), form)
      } else {
        _ = try reader.take(min(size, reader.left))
      }
      if size % 2 == 1, reader.left > 0 { _ = try reader.take(1) }
    }
    throw .malformed(format: "WAV", problem: "it has no data")
  }

  private static func readForm(
    _ chunk: ArraySlice<UInt8>
  ) throws(DatasetError) -> (channels: Int, rate: Int, bits: Int) {
    var reader = ByteReader(Array(chunk), format: "WAV")
    let code: UInt16 = try reader.number(.littleEndian)
    let channels = Int(try reader.number(.littleEndian) as UInt16)
    let rate = Int(try reader.number(.littleEndian) as UInt32)
    _ = try reader.take(6)
    let bits = Int(try reader.number(.littleEndian) as UInt16)
    // 1 is whole numbers; 0xFFFE says so in its extension.
    guard code == 1 || code == 0xFFFE, bits == 8 || bits == 16, (1...2).contains(channels),
      rate > 0
    else {
      throw .malformed(
        format: "WAV",
        problem: "\(channels) channels of \(bits) bits with code \(code) are not read, only one or"
          + " two channels of 8 or 16 bits as whole numbers"
      )
    }
    return (channels, rate, bits)
  }

  private static func values(
    of data: ArraySlice<UInt8>,
    _ form: (channels: Int, rate: Int, bits: Int)
  ) throws(DatasetError) -> Recording {
    let bytes = Array(data)
    let width = form.bits / 8
    let count = bytes.count / (width * form.channels)
    guard count > 0 else { throw .empty(what: "the recording") }
    var values = [Float](repeating: 0, count: count)
    for index in 0..<count {
      var sum: Float = 0
      for channel in 0..<form.channels {
        let place = (index * form.channels + channel) * width
        if width == 1 {
          sum += (Float(bytes[place]) - 128) / 128
        } else {
          let bits = UInt16(bytes[place]) | UInt16(bytes[place + 1]) << 8
          sum += Float(Int16(bitPattern: bits)) / 32768
        }
      }
      values[index] = sum / Float(form.channels)
    }
    return Recording(values: values, rate: form.rate)
  }
}
