import Diagnostics
import Notebooks
import Scripting
import Testing

/// The notebooks of this package, as a student would use them.
@Suite struct ShippedNotebookTests {
  static let folder =
    "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/") + "/Notebooks"

  private static func notebook(_ name: String) throws -> Notebook {
    let path = folder + "/" + name
    let source = SourceFile(name: path, bytes: try FileSystem().read(path))
    return Notebook.parse(source, vocabulary: Session.vocabulary)
  }

  private static func host(_ name: String) -> NotebookHost {
    NotebookHost(notebookPath: folder + "/" + name)
  }

  /// Labs with tasks, each file being the key.
  private static let labs = [
    "01-one-neuron.jatai", "02-learning-a-line.jatai", "03-capacity-and-overfitting.jatai",
    "04-dnn-and-cnn.jatai", "05-rnn-and-attention.jatai", "06-ae-and-gan.jatai",
    "07-how-big-is-big.jatai", "08-growth-of-compute.jatai", "10-pruning.jatai",
    "11-pruning-neurons.jatai", "12-quantization-by-hand.jatai", "13-post-training-or-aware.jatai",
    "14-clustering.jatai", "15-distillation.jatai", "16-order-matters.jatai",
    "17-from-network-to-byte-array.jatai",
  ]

  @Test(arguments: ["00-tour.jatai"] + labs)
  func `replays to the digits that it shows`(name: String) throws {
    let notebook = try ShippedNotebookTests.notebook(name)
    #expect(notebook.diagnostics.isEmpty)
    let replay = Replay(notebook, host: ShippedNotebookTests.host(name))
    #expect(replay.isFaithful, "\(replay.lines(name: name).joined(separator: "\n"))")
    #expect(replay.rows.contains { $0.isRecorded })
  }

  private static func report(
    _ name: String,
    _ submission: (String) -> String
  ) throws -> GradeReport {
    let key = try notebook(name)
    let text = submission(String(decoding: Stripper.strip(key), as: UTF8.self))
    return Grader(key: key, keyPath: folder + "/" + name)
      .report(on: SampleNotebook.parsed(text), name: "student")
  }

  @Test(arguments: labs)
  func `a lab gives nothing for an empty submission`(name: String) throws {
    let report = try ShippedNotebookTests.report(name) { $0 }
    #expect(report.score == 0, "\(GradeFiles.summary(report))")
    #expect(report.points > 0)
    #expect(report.infrastructure == nil)
  }

  @Test(arguments: labs)
  func `a lab's key scores all`(name: String) throws {
    let key = try ShippedNotebookTests.notebook(name)
    let path = ShippedNotebookTests.folder + "/" + name
    let report = Grader(key: key, keyPath: path).report(on: key, name: "key")
    #expect(report.score == report.points, "\(GradeFiles.summary(report))")
    #expect(report.flags.isEmpty)
  }

  @Test func `a correct solution written differently scores all`() throws {
    let report = try ShippedNotebookTests.report("10-pruning.jatai") { empty in
      empty
        .replacing(
          "# TODO: prune w to 50 % and",
          with: "half = 1 / 2\np = prune w to half\n# TODO: prune w to 50 % and"
        )
        .replacing("# TODO: prune base to 90 %", with: "cut = base | prune to 0.9\n# TODO: 90 %")
        .replacing(
          "# TODO: prune base to 80 %",
          with: """
            sparse = prune base to 60% on digits epochs=4 rate=2e-3
            prune sparse to 80% on digits epochs=8 rate=2e-3
            # TODO: 80 %
            """
        )
        .replacing(
          "# TODO: prune base to 50 %, two of every four",
          with: "pattern = prune base to 1/2 unit=2of4\n# TODO: two of every four"
        )
        .replacing(
          "# TODO: once as stored and once zipped",
          with: """
            func ratio(measure) = measure(base) / measure(sparse)
            stored_ratio = ratio(size)
            zipped_ratio = ratio(zip)
            # TODO: once
            """
        )
    }
    #expect(report.score == report.points, "\(GradeFiles.summary(report))")
  }
}
