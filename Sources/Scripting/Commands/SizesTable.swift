import Compression
import Diagnostics
import Inference
import Networks

/// `show sizes`: what the same weights take in every form of storage, and what that does not change.
enum SizesTable {
  static func table(of given: GivenValue, _ call: CommandCall) throws(Diagnostic) -> Table {
    let predictor = try Predictor(given, "show sizes")
    let sizes: WeightSizes
    switch predictor {
    case .network(let network): sizes = WeightSizes(network)
    case .model(let model): sizes = WeightSizes(model.graph)
    }
    var rows = rows(of: sizes)
    var notes = [
      "every form counts its tables, masks, codebooks, biases and scales",
      "zeros and shared values change neither dense bytes nor the time of dense",
      "kernels, which multiply every weight; removed channels and neurons do",
    ]
    do throws(Diagnostic) {
      let model = try Freezing.model(of: given, call)
      let file = try FileCommands.fileBytes(of: model, at: given.range)
      rows.append((".tflite file", file.count))
      rows.append((".tflite file, deflated", deflated(file).count))
      notes.append("a .tflite file holds weights dense: zeros shrink it only when it is zipped")
    } catch {
      notes.append("no .tflite file: \(error.message)")
    }
    return Table(
      columns: ["stored as", "bytes", "of dense"],
      rows: rows.map { name, bytes in
        [
          .string(name), .number(Double(bytes)),
          .number(sizes.denseBytes == 0 ? 1 : Double(bytes) / Double(sizes.denseBytes)),
        ]
      },
      title: "sizes of \(given.text)",
      notes: notes
    )
  }

  /// The forms of `WeightSizes` in the order of the table.
  static func rows(of sizes: WeightSizes) -> [(String, Int)] {
    [
      ("dense", sizes.denseBytes), ("sparse, a bit each", sizes.bitmaskBytes),
      ("sparse, run lengths", sizes.runLengthBytes), ("indices and codebook", sizes.codebookBytes),
      ("Huffman words", sizes.huffmanBytes), ("deflated", sizes.deflatedBytes),
    ]
  }
}
