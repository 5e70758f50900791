import Inference
import TFLite
import TestSupport
import Testing

/// One model with inputs and the outputs that reference kernels gave.
///
/// Source: TensorFlow 2.21's converter; `y` of `<id>.npz` by LiteRT 2.3.0's reference kernels
/// (BUILTIN_REF), `tflm.npz` by TensorFlow Lite Micro's, both through their Python packages.
struct GoldenVector: CustomTestStringConvertible, Sendable {
  let id: String
  let folder: String

  var testDescription: String { id }

  /// The vectors of a folder.
  static func all(in folder: String) -> [GoldenVector] {
    fileNames(in: folder, suffix: ".tflite")
      .map { GoldenVector(id: String($0.dropLast(7)), folder: folder) }
  }

  /// The vectors that a clean clone has.
  static let shipped = all(in: shippedFolder)

  /// All vectors, when the shared folder is there.
  static let shared = all(in: SharedFolder.path + "/golden")

  static let shippedFolder = packagePath("Tests/Vectors")

  /// One operation each, for operations that converters seldom write.
  static let operations = all(in: operationFolder)

  private static let operationFolder = packagePath("Tests/OperationVectors")

  var isInteger: Bool { id.hasSuffix(".int8") || id.hasSuffix(".int16x8") }

  func model() throws -> [UInt8] {
    try #require(fileBytes("\(folder)/\(id).tflite"))
  }

  func arrays() throws -> [String: StoredArray] {
    let bytes = try #require(fileBytes("\(folder)/\(id).npz"))
    return try #require(ArrayArchive(bytes)).arrays
  }

  /// The inputs, row by row; some are stored as bytes q that stand for q / 255.
  func inputs() throws -> [[UInt8]] {
    let arrays = try arrays()
    if let inputs = arrays["x"] { return (0..<(inputs.shape.first ?? 0)).map { inputs.row($0) } }
    let packed = try #require(arrays["xq"])
    return (0..<(packed.shape.first ?? 0)).map { row in
      packed.row(row).flatMap { byte in
        withUnsafeBytes(of: (Float(byte) / 255).bitPattern.littleEndian) { Array($0) }
      }
    }
  }

  /// The expected outputs under one reference; nil if that reference was not run.
  func expected(_ rounding: Rounding) throws -> StoredArray? {
    switch rounding {
    case .litert: return try arrays()["y"]
    case .tflm: return Self.micro(folder)?[id]
    }
  }

  private static func micro(_ folder: String) -> [String: StoredArray]? {
    switch folder {
    case shippedFolder: shippedMicro
    case operationFolder: operationMicro
    default: sharedMicro
    }
  }

  private static let shippedMicro = answers(in: shippedFolder)
  private static let operationMicro = answers(in: operationFolder)
  private static let sharedMicro = answers(in: SharedFolder.path + "/golden")

  private static func answers(in folder: String) -> [String: StoredArray]? {
    fileBytes(folder + "/tflm.npz").flatMap { ArrayArchive($0)?.arrays }
  }
}
