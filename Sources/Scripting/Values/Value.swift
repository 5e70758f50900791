import Compression
import Datasets
import Deployment
import Inference
import Networks
import Tensors

/// What an expression gives.
///
/// Values are values: nothing changes what another name holds.
public enum Value: Sendable {
  case none
  case bool(Bool)
  case number(Double)
  case quantity(Quantity)
  case string(String)
  /// `28x28x1`
  case shape([Int])
  case list([Value])
  case record(Record)
  indirect case range(RangeValue)
  /// A function of the script, with what it closes over.
  case function(FunctionValue)
  /// A built-in function used as a value: `map(a, abs)`.
  case builtin(String)
  case tensor(PreciseTensor)
  /// A catalogue name: `mnist`, `adam`, `relu`, `int8`, `nano33`.
  case word(String)
  indirect case dataset(Dataset)
  indirect case network(Network)
  indirect case model(Model)
  /// `base.conv1`: one layer of a network or model.
  indirect case layer(LayerReference)
  indirect case board(Board)
  indirect case deployment(DeploymentValue)
  indirect case report(Report)
  indirect case table(Table)
  indirect case chart(ChartValue)
}

/// Named values in the order they were written.
public struct Record: Sendable {
  /// The names, in order.
  public private(set) var names: [String]
  /// Their values.
  public private(set) var values: [Value]

  /// A record; a later entry of the same name replaces the earlier one.
  public init(_ entries: [(String, Value)] = []) {
    names = []
    values = []
    for (name, value) in entries { self[name] = value }
  }

  /// The value called `name`.
  public subscript(name: String) -> Value? {
    get { names.firstIndex(of: name).map { values[$0] } }
    set {
      guard let newValue else { return }
      if let index = names.firstIndex(of: name) {
        values[index] = newValue
      } else {
        names.append(name)
        values.append(newValue)
      }
    }
  }
}

/// `1..5`, `0..1 step 0.1`: both ends belong to it.
public struct RangeValue: Sendable {
  /// The first value, a number or quantity.
  public var lower: Value
  /// The last value, if the steps hit it.
  public var upper: Value
  /// The distance; nil is 1.
  public var step: Value?

  /// A range.
  public init(lower: Value, upper: Value, step: Value?) {
    self.lower = lower
    self.upper = upper
    self.step = step
  }
}

/// A frozen graph with where it came from: what scripts call a model.
public struct Model: Sendable {
  /// The operations.
  public var graph: Graph
  /// What the model's kind is called: `float32`, `int8`, ….
  public var kind: String
  /// Every command that made it.
  public var lineage: [LineageEntry]
  /// The loss that its network was trained with.
  public var loss: LossFunction?
  /// Whether its network was trained to give its inputs again.
  public var reconstructsInput: Bool
  /// The bytes of its `.tflite` file, once it has been converted or loaded.
  public var file: [UInt8]?
  /// What quantization chose, where this session quantized it.
  public var quantization: QuantizationReport?
  /// The network in floats behind its integers, where this session quantized it.
  public var origin: Network?

  /// A model.
  public init(
    graph: Graph,
    kind: String,
    lineage: [LineageEntry],
    loss: LossFunction?,
    reconstructsInput: Bool = false,
    file: [UInt8]? = nil
  ) {
    self.graph = graph
    self.kind = kind
    self.lineage = lineage
    self.loss = loss
    self.reconstructsInput = reconstructsInput
    self.file = file
  }
}

/// One layer of a network, or one operation of a model.
public struct LayerReference: Sendable {
  /// What the layer belongs to: a network or a model.
  public var owner: Value
  /// The node's or the operation's index.
  public var index: Int
  /// Its name.
  public var name: String

  /// A reference.
  public init(owner: Value, index: Int, name: String) {
    self.owner = owner
    self.index = index
    self.name = name
  }
}

/// Results to be looked at, whose fields can be read.
public struct Report: Sendable {
  /// What it reports, such as `training`.
  public var title: String
  /// The fields that a script may read.
  public var fields: Record
  /// How it shows itself.
  public var lines: [OutputLine]

  /// A report.
  public init(title: String, fields: Record, lines: [OutputLine]) {
    self.title = title
    self.fields = fields
    self.lines = lines
  }
}

/// Rows under named columns.
public struct Table: Sendable {
  /// The heads of the columns.
  public var columns: [String]
  /// One value per column.
  public var rows: [[Value]]
  /// What stands above it.
  public var title: String?
  /// Remarks below it.
  public var notes: [String]

  /// A table.
  public init(columns: [String], rows: [[Value]], title: String? = nil, notes: [String] = []) {
    self.columns = columns
    self.rows = rows
    self.title = title
    self.notes = notes
  }
}
