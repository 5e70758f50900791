import Deployment

/// Amounts of memory as people read them.
enum ByteCount {
  /// `13,210 B`: all digits, grouped.
  static func exact(_ bytes: Int) -> String { NumberFormat.grouped(bytes) + " B" }

  /// `13.2KiB`, as boards and refusals write it.
  static func text(_ bytes: Int) -> String { byteText(bytes) }
}
