import Compression
import Deployment
import Inference
import Networks
import Tensors

/// One way to compress: how much is pruned, into how many values weights are clustered, and what
/// they become.
struct SearchPoint: Hashable, Sendable {
  var sparsity: Double
  var unit: PruningOptions.Unit
  /// 0 does not cluster.
  var clusters: Int
  /// `float32`, or a kind of quantization.
  var kind: String

  /// One word for each choice, as results are filed under.
  var text: String {
    "prune=\(NumberFormat.exact(sparsity)) unit=\(unit.rawValue) cluster=\(clusters) kind=\(kind)"
  }

  init(sparsity: Double, unit: PruningOptions.Unit, clusters: Int, kind: String) {
    self.sparsity = sparsity
    self.unit = unit
    self.clusters = clusters
    self.kind = kind
  }

  /// Reads what `text` wrote.
  init?(_ text: String) {
    var fields: [String: String] = [:]
    for word in text.split(separator: " ") {
      let parts = word.split(separator: "=", maxSplits: 1).map(String.init)
      guard parts.count == 2 else { return nil }
      fields[parts[0]] = parts[1]
    }
    guard let sparsity = fields["prune"].flatMap({ Double($0) }),
      let unit = fields["unit"].flatMap({ PruningOptions.Unit(rawValue: $0) }),
      let clusters = fields["cluster"].flatMap({ Int($0) }), let kind = fields["kind"]
    else { return nil }
    self.init(sparsity: sparsity, unit: unit, clusters: clusters, kind: kind)
  }
}

/// What one way to compress comes to, on one board.
struct SearchResult: Codable, Hashable, Sendable {
  /// The point's `text`.
  var point: String
  /// On the samples that choices are made by; R² where answers are numbers.
  var accuracy: Double
  /// Weights as stored.
  var bytes: Int
  var flashBytes: Int
  var ramBytes: Int
  /// nil where nothing is known about the board's speed.
  var milliseconds: Double?
  /// Why the point came to nothing, such as a layer that cannot lose channels.
  var refusal: String?
}

/// Everything that a point needs to be tried: the same in this process and in a worker's.
struct SearchJob: Sendable {
  var network: Network
  var training: Samples
  /// What choices are made by.
  var choosing: Samples
  var board: Board
  var epochs: Int
  var batchSize: Int
  var rate: Float
  var seed: UInt64
  var threads: Int
  /// The most bytes that a process may plan for one point.
  var memoryLimit: Int
  var points: [SearchPoint]

  /// How every point is trained.
  private var options: TrainingOptions {
    var options = TrainingOptions()
    options.epochs = epochs
    options.batchSize = batchSize
    options.learningRate = rate
    options.seed = seed
    options.threads = threads
    options.memoryLimit = memoryLimit
    return options
  }

  /// The bytes that training a point needs at most, which the whole network does; 0 if no point is
  /// trained.
  func trainingBytes() -> Int {
    let trains = points.contains { $0.sparsity > 0 || $0.clusters > 0 }
    guard trains, epochs > 0 else { return 0 }
    var options = options
    options.memoryLimit = 0
    do throws(TrainingError) {
      _ = try Trainer(network, on: training, options: options)
    } catch {
      switch error {
      case .exceedsMemory(let needed, _): return needed
      case .tooLarge: return .max
      default: break  // Each point tells it.
      }
    }
    return 0
  }

  /// Compresses and measures one point; the same figures on every machine.
  func result(of point: SearchPoint) -> SearchResult {
    do {
      return try measured(point)
    } catch {
      return SearchResult(
        point: point.text,
        accuracy: 0,
        bytes: 0,
        flashBytes: 0,
        ramBytes: 0,
        milliseconds: nil,
        refusal: "\(error)"
      )
    }
  }

  private func measured(_ point: SearchPoint) throws -> SearchResult {
    var random = SeededGenerator(
      seed: SeededGenerator.seed(from: ["search", "\(seed)", point.text])
    )
    var network = network
    if point.sparsity > 0 {
      var pruning = PruningOptions(sparsity: point.sparsity)
      pruning.unit = point.unit
      (network, _) = try prune(
        network,
        pruning,
        schedule: PruningSchedule(curve: .constant, to: point.sparsity),
        on: training,
        training: options,
        using: &random
      )
    }
    if point.clusters > 0 {
      var clustering = ClusteringOptions(clusters: point.clusters)
      clustering.keepsSparsity = point.sparsity > 0 && point.clusters > 1
      (network, _) = try cluster(
        network,
        clustering,
        on: training,
        training: options,
        using: &random
      )
    }
    let graph: Graph
    if let kind = QuantizationKind(rawValue: point.kind) {
      graph = try quantize(
        network,
        to: kind,
        calibration: training.inputs.firstRows(500),
        granularity: point.clusters > 0 ? .tensor : .channel
      ).0
    } else {
      graph = try lower(network)
    }
    let outputs = try GraphRunner(graph, memoryLimit: memoryLimit)
      .outputs(for: choosing.inputs, threads: threads)
    let evaluation = try Evaluation(
      outputs: outputs,
      on: choosing,
      loss: network.loss,
      after: graph.finalActivation
    )
    let placed = try DeployedModel.place(graph, on: board)
    return SearchResult(
      point: point.text,
      accuracy: evaluation.accuracy ?? evaluation.values?.determination ?? 0,
      bytes: graph.parameterBytes,
      flashBytes: placed.flash.totalBytes,
      ramBytes: placed.ram.totalBytes,
      milliseconds: placed.estimatedMilliseconds,
      refusal: placed.refusals.first { refusal in
        switch refusal {
        case .arena, .ram, .flash: false
        case .hybrid, .halfPrecision: true
        }
      }?.description
    )
  }
}
