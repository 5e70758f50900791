import Glibc

/// Programs of this package that were built together with the tests.
public enum BuiltProgram {
  /// The path of the program `name` in the folder that the test bundle lies in; nil if it was not
  /// built.
  public static func path(named name: String) -> String? {
    var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
    let length = readlink("/proc/self/exe", &buffer, buffer.count)
    let own = String(
      decoding: buffer[..<max(0, length)].map { UInt8(bitPattern: $0) },
      as: UTF8.self
    )
    let bundles = [own] + CommandLine.arguments.filter { $0.hasSuffix(".xctest") }
    for bundle in bundles {
      guard let slash = bundle.lastIndex(of: "/") else { continue }
      let path = bundle[..<slash] + "/" + name
      if access(String(path), X_OK) == 0 { return String(path) }
    }
    return nil
  }
}
