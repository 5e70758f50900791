import Inference
import TestSupport
import Testing

@testable import TFLite

/// Comparing recorded vectors: what differs is found, and damaged files are errors.
@Suite("Conformance")
struct ConformanceTests {
  private static let entry = ConformanceEntry(
    id: "slice.int8",
    type: "int8",
    model: "slice.int8.tflite",
    arrays: "slice.int8.npz",
    reference: "BUILTIN_REF"
  )

  /// The vector's files, one of them changed.
  private func suite(
    changing name: String = "",
    _ change: ([UInt8]) -> [UInt8] = { $0 }
  ) throws -> ConformanceSuite {
    var files: [String: [UInt8]] = [:]
    for file in ["slice.int8.tflite", "slice.int8.npz", "tflm.npz"] {
      let bytes = try #require(fileBytes(packagePath("Tests/OperationVectors/\(file)")))
      files[file] = file == name ? change(bytes) : bytes
    }
    let found = files
    return try ConformanceSuite([Self.entry]) { name throws(ConformanceError) in
      guard let bytes = found[name] else { throw .file(name, reason: "it is not there") }
      return bytes
    }
  }

  @Test
  func `a sound vector is equal under both references`() throws {
    let result = try suite().result(of: Self.entry)
    #expect(result.outcomes == [.litert: .equal, .tflm: .equal])
    #expect(result.operations == ["SLICE"])
    #expect(result.rowCount == 6)
    #expect(!ConformanceTable([result]).hasDifferences)
  }

  @Test
  func `a changed output is found and told`() throws {
    // The last byte of the last array of the archive, y, before the central directory.
    let result = try suite(changing: "slice.int8.npz") { bytes in
      var bytes = bytes
      let directory = bytes.indices.dropLast(3).first {
        bytes[$0..<$0 + 4].elementsEqual([0x50, 0x4B, 1, 2])
      }
      if let directory { bytes[directory - 1] ^= 1 }
      return bytes
    }.result(of: Self.entry)
    guard case .differs(let row, let element, _, _, let rows) = result.outcomes[.litert] else {
      Issue.record("no difference was found")
      return
    }
    #expect((row, element, rows) == (5, 11, 1))
    let table = ConformanceTable([result])
    #expect(table.hasDifferences)
    #expect(
      table.differences.first?.contains("slice.int8: 1 of 6 rows differ under LiteRT") == true
    )
    #expect(table.markdown.contains("0 of 1"))
  }

  @Test(arguments: ["slice.int8.npz", "tflm.npz", "slice.int8.tflite"])
  func `files cut short anywhere are errors`(name: String) throws {
    let whole = try #require(fileBytes(packagePath("Tests/OperationVectors/\(name)")))
    for length in stride(from: 0, to: whole.count - 1, by: name == "tflm.npz" ? 41 : 3) {
      do throws(any Error) {
        let result = try suite(changing: name) { Array($0[..<length]) }.result(of: Self.entry)
        // What is cut off a model may be its last operation's unused options.
        #expect(name.hasSuffix(".tflite") || result.outcomes[.tflm] != .equal)
      } catch {
        #expect(error is ConformanceError)
      }
    }
  }

  @Test(arguments: UInt64(0)..<200)
  func `files damaged anywhere do not stop the program`(seed: UInt64) throws {
    var state = seed &* 0x9E37_79B9_7F4A_7C15 &+ 99
    for name in ["slice.int8.npz", "tflm.npz"] {
      let suite = try? suite(changing: name) { bytes in
        var bytes = bytes
        for _ in 0..<4 {
          state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
          bytes[Int(state >> 33) % bytes.count] = UInt8(truncatingIfNeeded: state >> 20)
        }
        return bytes
      }
      _ = try? suite?.result(of: Self.entry)
    }
  }
}
