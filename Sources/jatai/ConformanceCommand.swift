import ArgumentParser
import FoundationEssentials
import Inference
import Scripting
import TFLite

/// The verb conformance.
struct ConformanceCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "conformance",
    abstract: "Compare recorded outputs of reference kernels with ours, under both references.",
    discussion: """
      A folder holds manifest.json with "models": a list of entries with "id", "mode", "tflite", "npz" \
      and "reference"; the files that they name; and tflm.npz. Exits with 1 if any vector differs.
      """
  )

  @Argument(help: "Folders with a manifest.json.", completion: .directory)
  var folders: [String]

  @Flag(help: "Print the whole page that Docs/Conformance.md is.")
  var page = false

  private struct Manifest: Decodable {
    var models: [Model]

    struct Model: Decodable {
      var id: String
      var mode: String
      var tflite: String
      var npz: String
      var reference: String
    }
  }

  func run() throws {
    var results: [ConformanceResult] = []
    for folder in folders {
      do throws(ConformanceError) {
        let suite = try suite(folder)
        for entry in suite.entries { results.append(try suite.result(of: entry)) }
      } catch {
        Files.complain("\(folder): \(error.description)")
        throw ExitCode(ExitStatus.usage)
      }
    }
    let table = ConformanceTable(results)
    if page {
      Files.write(Array(table.page.utf8))
    } else {
      Files.say(table.markdown + "\n" + (table.summary + table.differences).joined(separator: "\n"))
    }
    if table.hasDifferences { throw ExitCode(ExitStatus.failed) }
  }

  private func suite(_ folder: String) throws(ConformanceError) -> ConformanceSuite {
    func read(_ name: String) throws(ConformanceError) -> [UInt8] {
      do throws(HostError) {
        return try FileSystem(folder: folder).read(name)
      } catch {
        throw .file("\(folder)/\(name)", reason: error.description)
      }
    }
    let bytes = try read("manifest.json")
    let manifest: Manifest
    do {
      manifest = try JSONDecoder().decode(Manifest.self, from: Data(bytes))
    } catch DecodingError.keyNotFound(let key, _) {
      throw .manifest("an entry has no \"\(key.stringValue)\"")
    } catch DecodingError.typeMismatch(_, let context) {
      let path = context.codingPath.map(\.stringValue).joined(separator: ".")
      throw .manifest("\"\(path)\" has the wrong type")
    } catch {
      throw .manifest("it is no JSON of the form {\"models\": [...]}")
    }
    let entries = manifest.models.map { model in
      ConformanceEntry(
        id: model.id,
        type: model.mode,
        model: model.tflite,
        arrays: model.npz,
        reference: model.reference
      )
    }
    return try ConformanceSuite(entries, read: read)
  }
}
