/// What the processor of this machine can do.
public enum ProcessorFeatures {
  /// Whether Linux names a feature in `/proc/cpuinfo`, such as `avx512f`.
  public static func has(_ feature: String) -> Bool {
    guard let bytes = fileBytes("/proc/cpuinfo") else { return false }
    return String(decoding: bytes, as: UTF8.self)
      .split(whereSeparator: \.isWhitespace).contains { $0 == feature }
  }
}
