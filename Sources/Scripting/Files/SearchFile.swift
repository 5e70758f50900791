import Deployment
import FoundationEssentials
import Networks
import Tensors

/// Results of a search as JSON lines, so that one that was broken off goes on where it stood.
enum SearchLines {
  /// One line, keys in alphabetical order.
  static func text(of result: SearchResult, key: String) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    let line = Line(key: key, result: result)
    guard let bytes = try? encoder.encode(line) else { return "" }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// The results filed under `key`, in order; lines of other searches and damaged ones are passed
  /// over.
  static func results(in text: String, key: String) -> [SearchResult] {
    text.split(separator: "\n").compactMap { line in
      guard let line = try? JSONDecoder().decode(Line.self, from: Data(line.utf8)), line.key == key
      else { return nil }
      return line.result
    }
  }

  private struct Line: Codable {
    /// What was searched: network, data, board and training.
    let key: String
    let result: SearchResult
  }
}

/// A search as a `.safetensors` file: the network's own file in the format of `export`, with the
/// samples as tensors beside it.
struct SearchFile {
  let job: SearchJob

  init(_ job: SearchJob) { self.job = job }

  /// The network, and the samples with everything else.
  var files: (network: [UInt8], job: [UInt8]) {
    var tensors: [(name: String, tensor: Tensor)] = [
      ("training.inputs", job.training.inputs), ("choosing.inputs", job.choosing.inputs),
    ]
    var metadata = [
      "board": job.board.id, "epochs": "\(job.epochs)", "batch": "\(job.batchSize)",
      "rate": "\(job.rate)", "seed": "\(job.seed)", "memory": "\(job.memoryLimit)",
      "points": job.points.map(\.text).joined(separator: "\n"),
    ]
    for (name, samples) in [("training", job.training), ("choosing", job.choosing)] {
      switch samples.expected {
      case .classes(let labels, let count):
        metadata["classes"] = "\(count)"
        tensors.append(
          ("\(name).labels", Tensor(Shape([labels.count]), labels.map { Float($0) }))
        )
      case .values(let values): tensors.append(("\(name).values", values))
      case .nothing: break
      }
    }
    return (
      NetworkFile(job.network).bytes, SafetensorsFile(tensors: tensors, metadata: metadata).bytes
    )
  }

  /// Reads what `files` wrote; nil for anything else.
  init?(network: [UInt8], job bytes: [UInt8]) {
    guard let network = try? NetworkFile(network).network,
      let file = try? SafetensorsFile(bytes)
    else { return nil }
    var tensors: [String: Tensor] = [:]
    for (name, tensor) in file.tensors { tensors[name] = tensor }
    let classes = file.metadata["classes"].flatMap { Int($0) }
    func samples(_ name: String) -> Samples? {
      guard let inputs = tensors["\(name).inputs"] else { return nil }
      if let classes, let labels = tensors["\(name).labels"] {
        let whole = labels.values.compactMap { Int32(exactly: $0) }
        guard whole.count == labels.count else { return nil }
        return Samples(inputs: inputs, expected: .classes(whole, count: classes))
      }
      guard let values = tensors["\(name).values"] else { return nil }
      return Samples(inputs: inputs, expected: .values(values))
    }
    guard let training = samples("training"), let choosing = samples("choosing"),
      let board = Board.all.first(where: { $0.id == file.metadata["board"] }),
      let epochs = file.metadata["epochs"].flatMap({ Int($0) }),
      let batchSize = file.metadata["batch"].flatMap({ Int($0) }),
      let rate = file.metadata["rate"].flatMap({ Float($0) }),
      let seed = file.metadata["seed"].flatMap({ UInt64($0) }),
      let memoryLimit = file.metadata["memory"].flatMap({ Int($0) }),
      let points = file.metadata["points"]
    else { return nil }
    job = SearchJob(
      network: network,
      training: training,
      choosing: choosing,
      board: board,
      epochs: epochs,
      batchSize: batchSize,
      rate: rate,
      seed: seed,
      threads: 1,
      memoryLimit: memoryLimit,
      points: points.split(separator: "\n").compactMap { SearchPoint(String($0)) }
    )
  }
}

/// What a worker process of a search does.
public enum SearchWorker {
  /// The verb that starts one; it is not meant for people.
  public static let verb = "search-worker"

  /// Tries every `step`-th point of the job in `folder` from the `first` on, and writes each result as
  /// a JSON line; false if there is no such job.
  public static func run(
    folder: String,
    first: Int,
    step: Int,
    write: (String) -> Void
  ) -> Bool {
    let files = FileSystem(folder: folder)
    guard step > 0, first >= 0, let network = try? files.read("network.safetensors"),
      let bytes = try? files.read("job.safetensors"),
      let job = SearchFile(network: network, job: bytes)?.job
    else { return false }
    for index in stride(from: first, to: job.points.count, by: step) {
      write(SearchLines.text(of: job.result(of: job.points[index]), key: "worker"))
    }
    return true
  }
}
