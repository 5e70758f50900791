import Inference

/// Reads `.tflite` files: FlatBuffers of TensorFlow Lite's schema, version 3, with one subgraph.
///
/// Everything in a file is taken for hostile: each reference is checked, lists are bounded by the
/// file's size, and what is not known is refused by name.
public enum TFLiteReader {
  /// The graph of a model.
  public static func read(_ bytes: [UInt8]) throws(TFLiteError) -> Graph {
    guard bytes.count >= 8, Array(bytes[4..<8]) == Array("TFL3".utf8) else { throw .notTFLite }
    let root = try FlatBytes(bytes: bytes).root()
    let version = try root.int(0)
    guard version == 3 else { throw .schemaVersion(version) }
    let subgraphs = try root.tableCount(2)
    guard subgraphs == 1 else { throw .subgraphCount(subgraphs) }
    var model = ModelReader(root: root, file: bytes)
    return try model.graph(try root.table(2, index: 0))
  }
}

/// The parts of a model while it is read.
private struct ModelReader {
  let root: FlatTable
  let file: [UInt8]
  /// Bytes of lists that may still be copied: each part of a sound file is used once or, for names
  /// and small lists that writers share, a few times.
  var budget: Int
  /// Buffers already read, because tensors may share one.
  var buffers: [Int: [UInt8]] = [:]

  init(root: FlatTable, file: [UInt8]) {
    self.root = root
    self.file = file
    budget = 2 * file.count
  }

  mutating func graph(_ subgraph: FlatTable) throws(TFLiteError) -> Graph {
    var tensors: [GraphTensor] = []
    for index in 0..<(try subgraph.tableCount(0)) {
      try charge(64)
      tensors.append(try tensor(try subgraph.table(0, index: index)))
    }
    var operations: [Operation] = []
    for index in 0..<(try subgraph.tableCount(3)) {
      try charge(32)
      operations.append(
        try operation(try subgraph.table(3, index: index), tensors)
      )
    }
    return Graph(
      name: try subgraph.string(4, budget: &budget),
      tensors: tensors,
      operations: operations,
      inputs: try indices(subgraph, 1, count: tensors.count),
      outputs: try indices(subgraph, 2, count: tensors.count)
    )
  }

  /// Counts something that is kept against the file's size, since a damaged list may name one table
  /// many times.
  private mutating func charge(_ byteCount: Int) throws(TFLiteError) {
    budget -= min(byteCount, 8)
    guard budget >= 0 else { throw .repeatedReferences }
  }

  private mutating func indices(
    _ table: FlatTable,
    _ field: Int,
    count: Int
  ) throws(TFLiteError) -> [Int] {
    let indices = try table.integers(field, Int32.self, budget: &budget)
    for index in indices where !(0..<count).contains(index) {
      throw .noSuchEntry(list: "tensors", index: index, count: count)
    }
    return indices
  }

  private mutating func tensor(_ table: FlatTable) throws(TFLiteError) -> GraphTensor {
    let name = try table.string(3, budget: &budget)
    let code = try table.byte(1)
    guard let type = ElementType(rawValue: code) else {
      throw .elementType(tensor: name, code: code)
    }
    guard try !table.has(6) else { throw .tensorForm(tensor: name, "sparse") }
    let buffer = Int(try table.integer(2, UInt32.self))
    return GraphTensor(
      name: name,
      shape: try table.integers(0, Int32.self, budget: &budget),
      type: type,
      quantization: try quantization(try table.table(4), tensor: name),
      constant: try constant(buffer),
      isVariable: try table.bool(5)
    )
  }

  private mutating func quantization(
    _ table: FlatTable?,
    tensor: String
  ) throws(TFLiteError) -> Quantization? {
    guard let table else { return nil }
    guard try table.byte(4) == 0 else {
      throw .tensorForm(tensor: tensor, "quantized by a custom scheme")
    }
    let scales = try table.floats(2, budget: &budget)
    let zeroPoints = try table.integers(3, Int64.self, budget: &budget)
    guard let scale = scales.first else { return nil }
    guard scales.count > 1 else {
      return .perTensor(scale: scale, zeroPoint: zeroPoints.first ?? 0)
    }
    return .perChannel(
      scales: scales,
      zeroPoints: zeroPoints.isEmpty ? scales.map { _ in 0 } : zeroPoints,
      axis: try table.int(6)
    )
  }

  /// The data of a buffer; nil if it has none.
  private mutating func constant(_ index: Int) throws(TFLiteError) -> [UInt8]? {
    if let known = buffers[index] { return known }
    let count = try root.tableCount(4)
    guard index < count else { throw .noSuchEntry(list: "buffers", index: index, count: count) }
    let table = try root.table(4, index: index)
    // Large models keep their data behind the FlatBuffer; offsets 0 and 1 mean that they do not.
    let offset = try table.integer(1, UInt64.self)
    let data: [UInt8]
    if offset > 1 {
      let size = try table.integer(2, UInt64.self)
      guard offset <= UInt64(file.count), size <= UInt64(file.count) - offset else {
        throw .outOfBounds(offset: Int(clamping: offset))
      }
      budget -= Int(size)
      guard budget >= 0 else { throw .repeatedReferences }
      data = Array(file[Int(offset)..<Int(offset + size)])
    } else {
      data = Array(try table.listBytes(0, elementSize: 1, budget: &budget) ?? [])
    }
    guard !data.isEmpty else { return nil }
    buffers[index] = data
    return data
  }

  private mutating func operation(
    _ table: FlatTable,
    _ tensors: [GraphTensor]
  ) throws(TFLiteError) -> Operation {
    let tensorCount = tensors.count
    let schema = try schema(Int(try table.integer(0, UInt32.self)))
    var inputs: [Int?] = []
    for index in try table.integers(1, Int32.self, budget: &budget) {
      guard index >= -1, index < tensorCount else {
        throw .noSuchEntry(list: "tensors", index: index, count: tensorCount)
      }
      inputs.append(index < 0 ? nil : index)
    }
    let outputs = try indices(table, 2, count: tensorCount)
    let optionsType = Int(try table.integer(3, UInt8.self))
    let options = OptionsReader(
      table: optionsType == schema.optionsType ? try table.table(4) : nil,
      operation: schema.name
    )
    var operation = Operation(
      kind: try OperationKind(
        name: schema.name,
        options: options,
        outputCount: outputs.count,
        budget: &budget
      ),
      inputs: inputs,
      outputs: outputs,
      intermediates: try indices(table, 8, count: tensorCount)
    )
    // What other files say there means nothing.
    if case .fullyConnected(let activation, let keepsDimensions, true) = operation.kind,
      !operation.isHybrid(tensors)
    {
      operation.kind = .fullyConnected(activation, keepsDimensions: keepsDimensions)
    }
    return operation
  }

  private mutating func schema(_ index: Int) throws(TFLiteError) -> OperationSchema {
    let count = try root.tableCount(1)
    guard index < count else {
      throw .noSuchEntry(list: "operator codes", index: index, count: count)
    }
    let table = try root.table(1, index: index)
    // Old files have the code in a byte; new ones write both.
    let code = max(try table.byte(0), try table.int(3))
    let custom = 32
    guard code != custom else {
      throw .customOperation(name: try table.string(1, budget: &budget))
    }
    guard let row = OperationSchema.all.first(where: { $0.code == code }) else {
      throw .unknownOperation(
        name: BuiltinNames.name(of: code),
        known: OperationSchema.all.map(\.name)
      )
    }
    let version = try table.int(2, default: 1)
    guard version <= row.newestVersion else {
      throw .operationVersion(name: row.name, found: version, newest: row.newestVersion)
    }
    return row
  }
}
