import Compression
import Datasets
import Deployment
import FoundationEssentials
import Networks
import TFLite
import Tensors

/// A value as JSON, with its tensors on a shelf beside it: what processes give each other.
///
/// Reading it gives the same value to the last bit, or it cannot be written.
indirect enum SavedValue: Codable, Sendable {
  case none
  case bool(Bool)
  case number(Double)
  case quantity(Quantity)
  case string(String)
  case shape([Int])
  case list([SavedValue])
  case record(names: [String], values: [SavedValue])
  case range(lower: SavedValue, upper: SavedValue, step: SavedValue?)
  case function(SavedFunction)
  case builtin(String)
  case tensor(extents: [Int], values: [Double])
  case word(String)
  case dataset(Dataset)
  case network(SavedNetwork)
  case model(SavedModel)
  case layer(owner: SavedValue, index: Int, name: String)
  case board(Board)
  case deployment(model: SavedModel, board: Board)
  case report(title: String, fields: SavedValue, lines: [OutputLine])
  case table(columns: [String], rows: [[SavedValue]], title: String?, notes: [String])
}

/// Where the text of a function stands, which another process resolves anew.
struct SavedFunction: Codable, Sendable {
  /// The index of its file among the sources that both processes have.
  let source: Int
  let start: Int
  let end: Int
  let name: String
}

/// A network, with all that a script can ask about it.
struct SavedNetwork: Codable, Sendable {
  let architecture: String
  let parameters: [[Networks.Parameter]]
  let lineage: [LineageEntry]
  let optimizer: OptimizerState?
  let loss: LossFunction?
  let reconstructsInput: Bool
  let training: TrainingReport?

  /// More weights than these are not drawn only to be written (16 Mi).
  private static let mostPending = 1 << 24

  init(_ network: Network) throws(NotCarried) {
    architecture = ArchitectureText.text(of: network.architecture)
    guard !network.isPending || network.architecture.parameterCount() <= SavedNetwork.mostPending
    else { throw NotCarried("a network whose weights nobody has needed yet is too large") }
    guard (try? ArchitectureText.architecture(architecture)) == network.architecture else {
      throw NotCarried("a network has a layer that no text tells exactly")
    }
    parameters = network.parameters
    lineage = network.lineage
    optimizer = network.optimizerState
    loss = network.loss
    reconstructsInput = network.reconstructsInput
    training = network.training
  }

  func network() throws -> Network {
    let architecture = try ArchitectureText.architecture(architecture)
    var network = Network(
      architecture: architecture,
      parameters: parameters,
      lineage: lineage
    )
    network.optimizerState = optimizer
    network.loss = loss
    network.reconstructsInput = reconstructsInput
    network.training = training
    return network
  }
}

/// A model: its graph as a `.tflite` file, and what the file does not tell.
struct SavedModel: Codable, Sendable {
  let graph: Data
  let kind: String
  let lineage: [LineageEntry]
  let loss: LossFunction?
  let reconstructsInput: Bool
  let file: Data?
  let quantization: QuantizationReport?
  let origin: SavedNetwork?

  init(_ model: Model) throws(NotCarried) {
    guard let bytes = try? TFLiteWriter.write(model.graph),
      (try? TFLiteReader.read(bytes)) == model.graph
    else { throw NotCarried("a model has an operation that no file tells exactly") }
    graph = Data(bytes)
    kind = model.kind
    lineage = model.lineage
    loss = model.loss
    reconstructsInput = model.reconstructsInput
    file = model.file.map { Data($0) }
    quantization = model.quantization
    var origin: SavedNetwork?
    if let network = model.origin { origin = try SavedNetwork(network) }
    self.origin = origin
  }

  func model() throws -> Model {
    var model = Model(
      graph: try TFLiteReader.read(Array(graph)),
      kind: kind,
      lineage: lineage,
      loss: loss,
      reconstructsInput: reconstructsInput,
      file: file.map { Array($0) }
    )
    model.quantization = quantization
    model.origin = try origin?.network()
    return model
  }
}

/// Why a value cannot be given to another process.
struct NotCarried: Error {
  let reason: String

  init(_ reason: String) { self.reason = reason }
}
