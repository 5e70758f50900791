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

  @Test(arguments: [
    "00-tour.jatai", "10-pruning.jatai", "11-pruning-neurons.jatai",
    "12-quantization-by-hand.jatai", "13-post-training-or-aware.jatai", "14-clustering.jatai",
    "15-distillation.jatai", "16-order-matters.jatai",
  ])
  func `replays to the digits that it shows`(name: String) throws {
    let notebook = try ShippedNotebookTests.notebook(name)
    #expect(notebook.diagnostics.isEmpty)
    let replay = Replay(notebook, host: ShippedNotebookTests.host(name))
    #expect(replay.isFaithful, "\(replay.lines(name: name).joined(separator: "\n"))")
    #expect(replay.rows.contains { $0.isRecorded })
  }

  /// The labs of compression: points that they give, all to their own keys and none to empty copies.
  @Test(arguments: [
    ("11-pruning-neurons.jatai", 9.0), ("12-quantization-by-hand.jatai", 11),
    ("13-post-training-or-aware.jatai", 9), ("14-clustering.jatai", 9),
    ("15-distillation.jatai", 9), ("16-order-matters.jatai", 9),
  ])
  func `a lab's key scores all, an empty copy nothing`(name: String, points: Double) throws {
    let key = try ShippedNotebookTests.notebook(name)
    let grader = Grader(key: key, keyPath: ShippedNotebookTests.folder + "/" + name)
    let full = grader.report(on: key, name: "key")
    #expect(full.points == points)
    #expect(full.score == points, "\(GradeFiles.summary(full))")
    let empty = SampleNotebook.parsed(String(decoding: Stripper.strip(key), as: UTF8.self))
    #expect(grader.report(on: empty, name: "student").score == 0)
  }

  private static func report(_ submission: (String) -> String) throws -> GradeReport {
    let key = try notebook("10-pruning.jatai")
    let path = folder + "/10-pruning.jatai"
    let text = submission(String(decoding: Stripper.strip(key), as: UTF8.self))
    return Grader(key: key, keyPath: path)
      .report(on: SampleNotebook.parsed(text), name: "student")
  }

  @Test func `the lab gives nothing for an empty submission`() throws {
    let report = try ShippedNotebookTests.report { $0 }
    #expect(report.score == 0)
    #expect(report.points == 15)
    #expect(report.infrastructure == nil)
  }

  @Test func `the lab's key scores all`() throws {
    let key = try ShippedNotebookTests.notebook("10-pruning.jatai")
    let path = ShippedNotebookTests.folder + "/10-pruning.jatai"
    let report = Grader(key: key, keyPath: path).report(on: key, name: "key")
    #expect(report.score == report.points, "\(GradeFiles.summary(report))")
    #expect(report.flags.isEmpty)
  }

  @Test func `a correct solution written differently scores all`() throws {
    let report = try ShippedNotebookTests.report { empty in
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
          "# TODO: prune base to 50 % with two",
          with: "pattern = prune base to 1/2 unit=\"2of4\" on digits epochs=2\n# TODO: 50 %"
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
