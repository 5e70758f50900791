import Diagnostics
import FoundationEssentials
import Tensors

/// What a worker needs to run points of a sweep: the text of the sweep, and every value that it reads.
struct SweepJob: Codable, Sendable {
  /// A file with functions, or with the sweep.
  struct Source: Codable, Sendable {
    let name: String
    let text: String
  }

  /// What a name holds; its value is the last of its versions unless there is one beside them.
  struct Name: Codable, Sendable {
    let name: String
    let versions: [SavedValue]
    let value: SavedValue?
  }

  /// One value of the sweep.
  struct Point: Codable, Sendable {
    let index: Int
    let value: SavedValue
    /// Random streams that were begun before it in its cell.
    let start: Int
  }

  var sources: [Source]
  /// Which of the sources holds the sweep, and where.
  var source: Int
  var start: Int
  var end: Int
  /// The names that have a value by the time the sweep runs, carried or not.
  var knownNames: [String]
  var names: [Name]
  var points: [Point]
  var seed: UInt64
  var cellID: String
  var memoryLimit: Int
  var steps: Int?
  /// The folder that paths are relative to.
  var folder: String
  var threads: Int
}

/// What a point has done to its session.
struct SweepOutcome: Codable, Sendable {
  var index: Int
  /// The random streams that were taken to be begun before it.
  var start: Int
  /// Whether there is a file with tensors beside it.
  var hasTensors = false
  /// Whether it came to its end; if not, the sweep runs it again in its own process, where the error
  /// has its place and its words.
  var isDone = false
  var row: [SweepJob.Name] = []
  var lines: [OutputLine] = []
  var warnings: [SavedDiagnostic] = []
  /// The names that were bound, in alphabetical order.
  var names: [SweepJob.Name] = []
  /// Names among them that could not be written.
  var missing: [String] = []
  var lastResult: SavedValue?
  /// How often a result was not bound.
  var results = 0
  /// Random streams begun.
  var draws = 0
  var steps = 0
  /// Files to be written when the sweep has succeeded.
  var files: [File] = []
  /// Paths that were looked at.
  var reads: [String] = []

  /// A file to be written.
  struct File: Codable, Sendable {
    let path: String
    let bytes: Data
  }
}

/// A warning; its file is one of the sources.
struct SavedDiagnostic: Codable, Sendable {
  private let id: String
  private let message: String
  private let remedy: String?
  private let place: Place
  private let notes: [Note]

  private struct Place: Codable {
    let start: Int
    let end: Int
    let source: Int?
  }

  private struct Note: Codable {
    let message: String
    let place: Place?
  }

  init(_ diagnostic: Diagnostic, sources: [SourceFile]) {
    func place(_ range: SourceRange, _ source: SourceFile?) -> Place {
      Place(
        start: range.start,
        end: range.end,
        source: source.flatMap { sources.firstIndex(of: $0) }
      )
    }
    id = diagnostic.id
    message = diagnostic.message
    remedy = diagnostic.remedy
    self.place = place(diagnostic.range, diagnostic.source)
    notes = diagnostic.notes.map { note in
      Note(message: note.message, place: note.range.map { place($0, note.source) })
    }
  }

  /// The warning, in the sources of this process.
  func warning(sources: [SourceFile]) -> Diagnostic {
    func source(_ place: Place) -> SourceFile? {
      place.source.flatMap { sources.indices.contains($0) ? sources[$0] : nil }
    }
    var warning = Diagnostic(
      id,
      message,
      at: SourceRange(place.start, place.end),
      remedy: remedy,
      severity: .warning,
      source: source(place)
    )
    warning.notes = notes.map { note in
      Diagnostics.Note(
        note.message,
        range: note.place.map { SourceRange($0.start, $0.end) },
        source: note.place.flatMap(source)
      )
    }
    return warning
  }
}

/// JSON with tensors on a shelf.
enum ShelfJSON {
  static func text(of value: some Encodable, on shelf: TensorShelf) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf",
      negativeInfinity: "-inf",
      nan: "nan"
    )
    if let key = TensorShelf.key { encoder.userInfo[key] = shelf }
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  }

  static func value<Value: Decodable>(
    _ type: Value.Type,
    in text: String,
    with tensors: [Tensor]
  ) throws -> Value {
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: "inf",
      negativeInfinity: "-inf",
      nan: "nan"
    )
    if let key = TensorShelf.key { decoder.userInfo[key] = TensorShelf(tensors) }
    return try decoder.decode(type, from: Data(text.utf8))
  }

  /// The tensors of a shelf as a `.safetensors` file, named by their places.
  static func file(of shelf: TensorShelf, metadata: [String: String] = [:]) -> [UInt8] {
    SafetensorsFile(
      tensors: shelf.tensors.enumerated().map { ("\($0)", $1) },
      metadata: metadata
    ).bytes
  }

  /// The tensors of such a file, by their places.
  static func tensors(_ file: SafetensorsFile) -> [Tensor] {
    file.tensors.sorted { (Int($0.name) ?? 0, $0.name) < (Int($1.name) ?? 0, $1.name) }
      .map(\.tensor)
  }
}

extension SweepJob {
  /// The file of a round of points.
  static func fileName(round: Int) -> String { "job-\(round).safetensors" }

  /// The job as a `.safetensors` file with JSON in its metadata.
  func bytes() throws -> [UInt8] {
    let shelf = TensorShelf()
    let text = try ShelfJSON.text(of: self, on: shelf)
    return ShelfJSON.file(of: shelf, metadata: ["jatai.sweep": text])
  }

  init(_ bytes: [UInt8]) throws {
    let file = try SafetensorsFile(bytes)
    self = try ShelfJSON.value(
      SweepJob.self,
      in: file.metadata["jatai.sweep"] ?? "",
      with: ShelfJSON.tensors(file)
    )
  }
}

extension SweepOutcome {
  /// The file of a point's tensors.
  static func fileName(round: Int, index: Int) -> String { "point-\(round)-\(index).safetensors" }

  /// One line of JSON, and the tensors that belong to it.
  func line() throws -> (text: String, tensors: [UInt8]?) {
    var outcome = self
    let shelf = TensorShelf()
    _ = try ShelfJSON.text(of: outcome, on: shelf)
    outcome.hasTensors = !shelf.tensors.isEmpty
    let text = try ShelfJSON.text(of: outcome, on: shelf)
    return (text, outcome.hasTensors ? ShelfJSON.file(of: shelf) : nil)
  }

  /// Reads a line; `file` gives the bytes of a file beside it.
  init(line: String, round: Int, file: (String) throws -> [UInt8]) throws {
    struct Head: Decodable {
      let index: Int
      let hasTensors: Bool
    }
    let head = try JSONDecoder().decode(Head.self, from: Data(line.utf8))
    var tensors: [Tensor] = []
    if head.hasTensors {
      let bytes = try file(SweepOutcome.fileName(round: round, index: head.index))
      tensors = ShelfJSON.tensors(try SafetensorsFile(bytes))
    }
    self = try ShelfJSON.value(SweepOutcome.self, in: line, with: tensors)
  }
}
