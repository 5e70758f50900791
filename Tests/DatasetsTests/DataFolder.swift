import Glibc

/// Where tests find data files.
enum DataFolder {
  /// The project's own folder, three above this file.
  static let root = parent(of: parent(of: parent(of: #filePath)))
  /// The data that the project ships.
  static let shipped = root + "/Notebooks/data"
  /// Larger sets that may stand beside the project.
  static let shared = parent(of: root) + "/shared/data"
  static let sharedElsewhere = parent(of: parent(of: root)) + "/shared/data"

  /// The bytes of a file, or nil if it is not there.
  static func bytes(_ path: String) -> [UInt8]? {
    guard let file = fopen(path, "rb") else { return nil }
    defer { fclose(file) }
    var result: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = fread(&chunk, 1, chunk.count, file)
      guard count > 0 else { return result }
      result.append(contentsOf: chunk[..<count])
    }
  }

  /// A file beside the project, or nil.
  static func sharedBytes(_ path: String) -> [UInt8]? {
    bytes(shared + "/" + path) ?? bytes(sharedElsewhere + "/" + path)
  }

  static func hasShared(_ path: String) -> Bool {
    access(shared + "/" + path, R_OK) == 0 || access(sharedElsewhere + "/" + path, R_OK) == 0
  }

  private static func parent(of path: String) -> String {
    path.split(separator: "/").dropLast().reduce(into: "") { $0 += "/" + $1 }
  }
}

/// The bytes that hexadecimal digits spell.
func bytes(hex: String) -> [UInt8] {
  let digits = hex.compactMap { $0.hexDigitValue }
  return stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] * 16 + digits[$0 + 1]) }
}
