import Inference

/// Builds int8 or float graphs in which only shapes matter.
struct GraphBuilder {
  private(set) var graph: Graph
  private let type: ElementType
  private var last = 0

  init(input: [Int], type: ElementType = .int8) {
    self.type = type
    graph = Graph(
      name: "net",
      tensors: [GraphTensor(name: "input", shape: input, type: type)],
      operations: [],
      inputs: [0],
      outputs: [0]
    )
  }

  private var shape: [Int] { graph.tensors[last].shape }

  private mutating func constant(_ name: String, _ shape: [Int], _ type: ElementType) -> Int {
    let count = shape.reduce(1, *) * type.bits / 8
    graph.tensors.append(
      GraphTensor(
        name: name,
        shape: shape,
        type: type,
        constant: [UInt8](repeating: 0, count: count)
      )
    )
    return graph.tensors.count - 1
  }

  private mutating func append(
    _ kind: OperationKind,
    _ name: String,
    _ inputs: [Int?],
    output: [Int]
  ) {
    graph.tensors.append(GraphTensor(name: name, shape: output, type: type))
    last = graph.tensors.count - 1
    graph.operations.append(Operation(kind: kind, inputs: inputs, outputs: [last]))
    graph.outputs = [last]
  }

  private static func extent(_ size: Int, _ stride: Int) -> Int { (size + stride - 1) / stride }

  mutating func convolution(_ filters: Int, _ height: Int, _ width: Int, stride: Int = 1) {
    let window = GraphWindow(padding: .same, strideHeight: stride, strideWidth: stride)
    let name = "conv\(graph.operations.count)"
    let weights = constant("\(name) weights", [filters, height, width, shape[3]], type)
    let bias = constant("\(name) bias", [filters], .int32)
    append(
      .convolution(window, .relu),
      name,
      [last, weights, bias],
      output: [1, Self.extent(shape[1], stride), Self.extent(shape[2], stride), filters]
    )
  }

  mutating func depthwise(stride: Int = 1) {
    let window = GraphWindow(padding: .same, strideHeight: stride, strideWidth: stride)
    let name = "depthwise\(graph.operations.count)"
    let weights = constant("\(name) weights", [1, 3, 3, shape[3]], type)
    let bias = constant("\(name) bias", [shape[3]], .int32)
    append(
      .depthwiseConvolution(window, multiplier: 1, .relu),
      name,
      [last, weights, bias],
      output: [1, Self.extent(shape[1], stride), Self.extent(shape[2], stride), shape[3]]
    )
  }

  mutating func globalPool() {
    let window = GraphWindow(padding: .valid, strideHeight: 1, strideWidth: 1)
    append(
      .averagePool(window, height: shape[1], width: shape[2], .none),
      "pool\(graph.operations.count)",
      [last],
      output: [1, 1, 1, shape[3]]
    )
  }

  mutating func flatten() {
    append(
      .reshape,
      "flat\(graph.operations.count)",
      [last, nil],
      output: [1, shape.reduce(1, *)]
    )
  }

  mutating func dense(_ units: Int) {
    let name = "dense\(graph.operations.count)"
    let weights = constant("\(name) weights", [units, shape[1]], type)
    let bias = constant("\(name) bias", [units], .int32)
    append(
      .fullyConnected(.relu, keepsDimensions: false),
      name,
      [last, weights, bias],
      output: [1, units]
    )
  }

  mutating func softmax() {
    append(.softmax(beta: 1), "softmax\(graph.operations.count)", [last], output: shape)
  }
}

/// MLPerf Tiny's networks, from their published descriptions.
enum ReferenceNet {
  /// Keyword spotting: DS-CNN on 49x10 features.
  static var keywords: Graph {
    var builder = GraphBuilder(input: [1, 49, 10, 1])
    builder.convolution(64, 10, 4, stride: 2)
    for _ in 0..<4 {
      builder.depthwise()
      builder.convolution(64, 1, 1)
    }
    builder.globalPool()
    builder.flatten()
    builder.dense(12)
    builder.softmax()
    return builder.graph
  }

  /// Visual wake words: MobileNetV1 of width 0.25 on 96x96x3.
  static var wakeWords: Graph {
    var builder = GraphBuilder(input: [1, 96, 96, 3])
    builder.convolution(8, 3, 3, stride: 2)
    let blocks = [
      (1, 16), (2, 32), (1, 32), (2, 64), (1, 64), (2, 128), (1, 128), (1, 128), (1, 128), (1, 128),
      (1, 128), (2, 256), (1, 256),
    ]
    for (stride, filters) in blocks {
      builder.depthwise(stride: stride)
      builder.convolution(filters, 1, 1)
    }
    builder.globalPool()
    builder.flatten()
    builder.dense(2)
    builder.softmax()
    return builder.graph
  }

  /// Anomaly detection: a dense auto-encoder on 640 features.
  static var anomalies: Graph {
    var builder = GraphBuilder(input: [1, 640])
    for units in [128, 128, 128, 128, 8, 128, 128, 128, 128, 640] { builder.dense(units) }
    return builder.graph
  }
}
