import Inference

/// Writes graphs as `.tflite` files.
///
/// The same graph gives the same bytes everywhere.
public enum TFLiteWriter {
  /// What readers see as the file's origin.
  static let description = "Jatai"

  /// The file of a graph.
  public static func write(_ graph: Graph) throws(TFLiteError) -> [UInt8] {
    try check(graph)
    var builder = FlatBuilder()
    let codes = operatorCodes(of: graph)
    let runtime = RuntimeVersion.lowest(for: codes.map { ($0.schema.name, $0.version) })
    // Buffer 0 is empty by convention; each constant has its own; the last holds the metadata.
    var data: [[UInt8]] = [[]]
    var bufferIndices: [Int] = []
    for tensor in graph.tensors {
      bufferIndices.append(tensor.constant == nil ? 0 : data.count)
      if let constant = tensor.constant { data.append(constant) }
    }
    let padded = Array(runtime.utf8) + [UInt8](repeating: 0, count: max(0, 16 - runtime.utf8.count))
    data.append(padded)

    let metadata = [
      builder.table([
        (0, .reference(builder.string("min_runtime_version"))), (1, .int(Int32(data.count - 1))),
      ])
    ]
    let metadataList = builder.list(metadata)
    // Written last buffer first, so that the first stands first in the file.
    var buffers: [FlatBuilder.Reference] = []
    for bytes in data.reversed() {
      guard !bytes.isEmpty else {
        buffers.append(builder.table([]))
        continue
      }
      let list = builder.list(bytes: bytes, alignment: 16)
      buffers.append(builder.table([(0, .reference(list))]))
    }
    let bufferList = builder.list(Array(buffers.reversed()))
    let subgraph = write(graph, codes: codes, bufferIndices: bufferIndices, &builder)
    let subgraphs = builder.list([subgraph])
    var codeTables: [FlatBuilder.Reference] = []
    for code in codes {
      var fields: [(number: Int, value: FlatBuilder.Field)] = []
      // Readers before 2.4 look only into the byte, which holds codes up to 127.
      let short = min(code.schema.code, 127)
      if short != 0 { fields.append((0, .byte(Int8(short)))) }
      if code.version != 1 { fields.append((2, .int(Int32(code.version)))) }
      if code.schema.code != 0 { fields.append((3, .int(Int32(code.schema.code)))) }
      codeTables.append(builder.table(fields))
    }
    let codeList = builder.list(codeTables)
    let text = builder.string(description)
    let root = builder.table([
      (0, .int(3)), (1, .reference(codeList)), (2, .reference(subgraphs)), (3, .reference(text)),
      (4, .reference(bufferList)), (6, .reference(metadataList)),
    ])
    return builder.finish(root: root, identifier: "TFL3")
  }

  private static func check(_ graph: Graph) throws(TFLiteError) {
    func check(_ index: Int) throws(TFLiteError) {
      guard graph.tensors.indices.contains(index) else {
        throw .noSuchEntry(list: "tensors", index: index, count: graph.tensors.count)
      }
    }
    for operation in graph.operations {
      for case let input? in operation.inputs { try check(input) }
      for output in operation.outputs + operation.intermediates { try check(output) }
      guard !operation.outputs.isEmpty else {
        throw .unwritable("\(operation.kind.name) has no output")
      }
    }
    for index in graph.inputs + graph.outputs { try check(index) }
    // References are 32-bit and signed in places.
    let byteCount = graph.tensors.reduce(0) { $0 + ($1.constant?.count ?? 0) }
    guard byteCount < 1 << 30 else { throw .unwritable("its constants exceed 1GiB") }
    for tensor in graph.tensors {
      for extent in tensor.shape where Int32(exactly: extent) == nil {
        throw .unwritable("tensor '\(tensor.name)' has the extent \(extent)")
      }
    }
  }

  /// The operations used, each with its version once, in order of first use.
  private static func operatorCodes(of graph: Graph) -> [(schema: OperationSchema, version: Int)] {
    var codes: [(schema: OperationSchema, version: Int)] = []
    for operation in graph.operations {
      guard let row = OperationSchema.row(for: operation.kind) else { continue }
      // One entry an operation: the newest of its versions, as the official converter does.
      let version = operation.version(graph.tensors)
      if let index = codes.firstIndex(where: { $0.schema.code == row.code }) {
        codes[index].version = max(codes[index].version, version)
      } else {
        codes.append((row, version))
      }
    }
    return codes
  }

  private static func write(
    _ graph: Graph,
    codes: [(schema: OperationSchema, version: Int)],
    bufferIndices: [Int],
    _ builder: inout FlatBuilder
  ) -> FlatBuilder.Reference {
    let name = builder.string(graph.name)
    var operations: [FlatBuilder.Reference] = []
    for operation in graph.operations {
      operations.append(write(operation, tensors: graph.tensors, codes: codes, &builder))
    }
    let operationList = builder.list(operations)
    let outputs = builder.list(graph.outputs.map { Int32($0) })
    let inputs = builder.list(graph.inputs.map { Int32($0) })
    var tensors: [FlatBuilder.Reference] = []
    for (tensor, buffer) in zip(graph.tensors, bufferIndices) {
      tensors.append(write(tensor, buffer: buffer, &builder))
    }
    let tensorList = builder.list(tensors)
    return builder.table([
      (0, .reference(tensorList)), (1, .reference(inputs)), (2, .reference(outputs)),
      (3, .reference(operationList)), (4, .reference(name)),
    ])
  }

  private static func write(
    _ operation: Operation,
    tensors: [GraphTensor],
    codes: [(schema: OperationSchema, version: Int)],
    _ builder: inout FlatBuilder
  ) -> FlatBuilder.Reference {
    let schema = OperationSchema.row(for: operation.kind)
    var fields: [(number: Int, value: FlatBuilder.Field)] = []
    if let index = codes.firstIndex(where: { $0.schema.code == schema?.code }), index != 0 {
      fields.append((0, .int(Int32(index))))
    }
    if let optionsType = schema?.optionsType, optionsType != 0 {
      var options = operation.kind.optionFields(of: operation, tensors: tensors)
      if case .squeeze(let axes) = operation.kind, !axes.isEmpty {
        options.append((0, .reference(builder.list(axes.map { Int32(clamping: $0) }))))
      }
      if case .reshape = operation.kind {
        // The shape is an input; the options would only say it again.
        options = []
      }
      fields.append((3, .byte(Int8(bitPattern: UInt8(optionsType)))))
      fields.append((4, .reference(builder.table(options))))
    }
    if !operation.intermediates.isEmpty {
      fields.append((8, .reference(builder.list(operation.intermediates.map { Int32($0) }))))
    }
    let outputs = builder.list(operation.outputs.map { Int32($0) })
    let inputs = builder.list(operation.inputs.map { Int32($0 ?? -1) })
    fields.append((1, .reference(inputs)))
    fields.append((2, .reference(outputs)))
    return builder.table(fields)
  }

  private static func write(
    _ tensor: GraphTensor,
    buffer: Int,
    _ builder: inout FlatBuilder
  ) -> FlatBuilder.Reference {
    var fields: [(number: Int, value: FlatBuilder.Field)] = []
    if let quantization = tensor.quantization {
      fields.append((4, .reference(write(quantization, &builder))))
    }
    let name = builder.string(tensor.name)
    let shape = builder.list(tensor.shape.map { Int32($0) })
    fields.append((0, .reference(shape)))
    if tensor.type.rawValue != 0 { fields.append((1, .byte(Int8(tensor.type.rawValue)))) }
    if buffer != 0 { fields.append((2, .int(Int32(buffer)))) }
    fields.append((3, .reference(name)))
    if tensor.isVariable { fields.append((5, .bool(true))) }
    // A scalar has a rank too: without this, readers take an empty shape for an unknown one.
    if tensor.shape.isEmpty { fields.append((8, .bool(true))) }
    return builder.table(fields)
  }

  private static func write(
    _ quantization: Quantization,
    _ builder: inout FlatBuilder
  ) -> FlatBuilder.Reference {
    switch quantization {
    case .perTensor(let scale, let zeroPoint):
      let zeroPoints = builder.list([Int64(zeroPoint)])
      let scales = builder.list([scale])
      return builder.table([(2, .reference(scales)), (3, .reference(zeroPoints))])
    case .perChannel(let scales, let zeroPoints, let axis):
      let zeroList = builder.list(zeroPoints.map { Int64($0) })
      let scaleList = builder.list(scales)
      var fields: [(number: Int, value: FlatBuilder.Field)] = [
        (2, .reference(scaleList)), (3, .reference(zeroList)),
      ]
      if axis != 0 { fields.append((6, .int(Int32(clamping: axis)))) }
      return builder.table(fields)
    }
  }
}
