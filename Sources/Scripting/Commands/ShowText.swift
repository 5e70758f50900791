import Charts
import Compression
import Datasets
import Inference
import Networks
import Tensors

/// How data sets, networks and models show themselves in full.
enum ShowText {
  /// The lines of `show VALUE`; `samples` asks for pictures of a data set.
  static func lines(of value: Value, samples: Int?, session: Session) -> [OutputLine] {
    let width = session.host.width
    switch value {
    case .dataset(let dataset):
      return datasetLines(dataset, width: width)
        + (samples.map { sampleLines(dataset, count: $0, width: width) } ?? [])
    case .network(let network): return TableText.lines(of: networkTable(network), width: width)
    case .model(let model): return TableText.lines(of: modelTable(model), width: width)
    default: return ValueText.lines(of: value, width: width)
    }
  }

  // MARK: Data sets

  /// How many samples the parts have: train 1,438, test 359.
  static func partCounts(_ dataset: Dataset) -> String {
    dataset.filledParts
      .map { "\($0) \(NumberFormat.grouped(dataset.count(of: $0)))" }
      .joined(separator: ", ")
  }

  static func datasetLines(_ dataset: Dataset, width: Int) -> [OutputLine] {
    let parts = partCounts(dataset)
    var lines = [
      OutputLine(
        "\(dataset.name): \(NumberFormat.grouped(dataset.count)) samples of \(dataset.shape) (\(parts))"
          + (dataset.hasOfficialTest ? ", official test part" : "")
      )
    ]
    if !dataset.columns.isEmpty {
      lines += folded("  inputs: " + dataset.columns.joined(separator: ", "), width)
    }
    if dataset.classes.isEmpty {
      let names = dataset.answerColumns.isEmpty ? ["a number"] : dataset.answerColumns
      lines += folded("  target: " + names.joined(separator: ", "), width)
    } else {
      let part = parts.isEmpty ? Part.train : dataset.filledParts[0]
      let counts = dataset.classCounts(of: part)
      let words = zip(dataset.classes, counts).map { "\(visible($0)) \($1)" }
      lines += folded(
        "  \(dataset.classes.count) classes in \(part): " + words.joined(separator: ", "),
        width
      )
    }
    return lines
  }

  /// A class's name, with characters that would break the line or not be seen as they are typed.
  private static func visible(_ name: String) -> String {
    switch name {
    case "\n": "\\n"
    case "\t": "\\t"
    case " ": "space"
    default: name
    }
  }

  private static func folded(_ text: String, _ width: Int) -> [OutputLine] {
    HelpText.folded(text, width: max(20, width - 2)).enumerated().map { index, line in
      OutputLine((index == 0 ? "  " : "    ") + line)
    }
  }

  private static func sampleLines(_ dataset: Dataset, count: Int, width: Int) -> [OutputLine] {
    ChartLines.lines(of: Pictures.chart(of: dataset, count: count), width: width)
  }

  // MARK: Networks

  static func networkTable(_ network: Network) -> Table {
    let architecture = network.architecture
    var rows: [[Value]] = []
    for (index, node) in architecture.nodes.enumerated() {
      let parameters = architecture.parameterShapes(of: index)
        .reduce(0) { $0 + ($1.role.isTrainable ? $1.shape.count : 0) }
      rows.append([
        .string(node.name), .string(description(of: index, in: architecture)),
        .shape(node.outputShape.extents),
        .number(Double(parameters)), .number(Double(architecture.macCount(of: index))),
      ])
    }
    return Table(
      columns: ["layer", "kind", "output", "parameters", "MACs"],
      rows: rows,
      notes: [
        "\(NumberFormat.grouped(architecture.parameterCount())) parameters, "
          + "\(NumberFormat.grouped(architecture.macCount)) MACs a sample, "
          + "\(ByteCount.exact(network.parameterBytes)) as floats"
      ]
    )
  }

  /// `conv 8 3x3 relu`, as the line was written, with its inputs where they are not the layer before.
  static func description(of index: Int, in architecture: Architecture) -> String {
    let node = architecture.nodes[index]
    let frozen = node.isFrozen ? " frozen" : ""
    guard index > 0, node.inputs != [index - 1] else { return node.layer.line + frozen }
    let givers = node.inputs.map { architecture.nodes[$0].name }
    return node.layer.line + frozen + " of " + givers.joined(separator: ", ")
  }

  // MARK: Models

  static func modelTable(_ model: Model) -> Table {
    let graph = model.graph
    // Shapes, axes and other arguments are constants too, and no weights.
    let parameters = Set(graph.parameters.map(\.tensor))
    var rows: [[Value]] = []
    for (index, operation) in graph.operations.enumerated() {
      let output = operation.outputs.first.map { graph.tensors[$0] }
      let weights = Set(operation.inputs.compactMap { $0 }).intersection(parameters)
        .reduce(0) { $0 + graph.tensors[$1].elementCount }
      rows.append([
        .string(operation.kind.name), .shape(Array(output?.shape.dropFirst() ?? [])),
        .string(output.map { typeName($0.type) } ?? ""), .number(Double(weights)),
        .number(Double(graph.macCount(of: index))),
        output?.quantization.map { .string(phrase($0)) } ?? .none,
      ])
    }
    return Table(
      columns: ["operation", "output", "type", "weights", "MACs", "quantization"],
      rows: rows,
      notes: [
        "\(model.kind) model: \(ByteCount.exact(graph.parameterBytes)) of weights, "
          + "\(NumberFormat.grouped(graph.macCount)) MACs a sample, "
          + "\(NumberFormat.text(graph.sparsity * 100, significant: 3))% of the weights are zero"
      ]
    )
  }

  /// Scales and zero points of every tensor of a model.
  static func quantization(_ model: Model) -> Table {
    var rows: [[Value]] = []
    for tensor in model.graph.tensors {
      guard let quantization = tensor.quantization else { continue }
      switch quantization {
      case .perTensor(let scale, let zeroPoint):
        rows.append([
          .string(tensor.name), .string(typeName(tensor.type)), .number(Double(scale)),
          .number(Double(zeroPoint)), .string("tensor"),
        ])
      case .perChannel(let scales, _, _):
        rows.append([
          .string(tensor.name), .string(typeName(tensor.type)),
          .list([.number(Double(scales.min() ?? 0)), .number(Double(scales.max() ?? 0))]),
          .number(0), .string("\(scales.count) channels"),
        ])
      }
    }
    return Table(
      columns: ["tensor", "type", "scale", "zero", "granularity"],
      rows: rows,
      notes: ["real = (integer - zero) x scale; of channels the smallest and largest scale"]
    )
  }

  private static func phrase(_ quantization: Quantization) -> String {
    switch quantization {
    case .perTensor(let scale, let zeroPoint):
      "\(NumberFormat.text(Double(scale), significant: 4)) x (q - \(zeroPoint))"
        .replacing("- -", with: "+ ")
    case .perChannel(let scales, _, _): "\(scales.count) scales"
    }
  }

  static func typeName(_ type: ElementType) -> String {
    switch type {
    case .float32: "float32"
    case .float16: "float16"
    case .int32: "int32"
    case .uint8: "uint8"
    case .int64: "int64"
    case .bool: "bool"
    case .int16: "int16"
    case .int8: "int8"
    case .int4: "int4"
    }
  }

  // MARK: Lineage

  static func lineage(_ entries: [LineageEntry], versions: Int) -> Table {
    Table(
      columns: ["step", "command", "figures"],
      rows: entries.enumerated().map { index, entry in
        [
          .number(Double(index + 1)),
          .string(entry.text.split(whereSeparator: \.isNewline).first.map(String.init) ?? ""),
          .string(
            entry.figures
              .map { "\($0.name) \(NumberFormat.text($0.value, significant: 4))" }
              .joined(separator: ", ")
          ),
        ]
      },
      notes: versions > 1 ? ["\(versions) versions: name@1 is the first"] : []
    )
  }
}
