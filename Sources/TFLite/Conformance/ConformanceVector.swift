import Inference

/// One entry of a manifest: a model, and where its inputs and the references' outputs are.
public struct ConformanceEntry: Hashable, Sendable {
  /// Its name, which is also the key in `tflm.npz`.
  public var id: String
  /// The type column of the table, such as int8.
  public var type: String
  /// The model's file.
  public var model: String
  /// The file of inputs and of LiteRT's outputs.
  public var arrays: String
  /// What gave LiteRT's outputs; only those of BUILTIN_REF are compared.
  public var reference: String

  /// An entry.
  public init(id: String, type: String, model: String, arrays: String, reference: String) {
    self.id = id
    self.type = type
    self.model = model
    self.arrays = arrays
    self.reference = reference
  }
}

/// How our outputs relate to those of one reference.
public enum ConformanceOutcome: Hashable, Sendable {
  case equal
  /// The first row and element that differ, and what stands there.
  case differs(row: Int, element: Int, found: String, expected: String, rows: Int)
  /// There is nothing to compare with.
  case notCompared(reason: String)
}

/// The comparison of one vector.
public struct ConformanceResult: Hashable, Sendable {
  /// What was compared.
  public var entry: ConformanceEntry
  /// The model's operations, each once, by name.
  public var operations: [String]
  /// The number of inputs.
  public var rowCount: Int
  /// By reference.
  public var outcomes: [Rounding: ConformanceOutcome]
  /// In how many elements, and by how much at most, the two references differ from one another; nil
  /// where only one of them answered.
  public var disagreement: (elements: Int, largest: Double)? {
    get { disagreeing.map { ($0.elements, $0.largest) } }
    set { disagreeing = newValue.map { Disagreement(elements: $0.elements, largest: $0.largest) } }
  }
  private var disagreeing: Disagreement?

  private struct Disagreement: Hashable, Sendable {
    let elements: Int
    let largest: Double
  }

  /// Whether any reference's outputs differ from ours.
  public var differs: Bool {
    outcomes.values.contains { if case .differs = $0 { true } else { false } }
  }

  init(
    entry: ConformanceEntry,
    operations: [String],
    rowCount: Int,
    outcomes: [Rounding: ConformanceOutcome]
  ) {
    self.entry = entry
    self.operations = operations
    self.rowCount = rowCount
    self.outcomes = outcomes
  }
}
