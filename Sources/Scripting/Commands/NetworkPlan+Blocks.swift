import Compression
import Diagnostics
import Language
import Networks
import Tensors

extension NetworkPlan {
  /// `residual { … } [shortcut { … }]`: the sum of what the block gives and of the input, or of what
  /// the shortcut makes of it.
  mutating func addResidual(_ line: EvaluatedLayer, session: Session) throws(Diagnostic) {
    let start = end
    try add(line.block ?? [], session: session)
    let block = end
    end = start
    try add(line.shortcut ?? [], session: session)
    let (main, side) = (
      architecture.nodes[block].outputShape, architecture.nodes[end].outputShape
    )
    guard main == side else {
      throw Diagnostic(
        "join-shapes",
        "'residual' adds equal shapes, but its block gives \(main) and its "
          + "\(line.shortcut == nil ? "input is" : "shortcut gives") \(side)",
        at: line.kind.range,
        remedy: NetworkPlan.shortcut(from: architecture.nodes[start].outputShape, to: main)
          ?? "end the block with the shape that it begins with"
      )
    }
    try join([block, end], .addition, line)
  }

  /// The shortcut that would make `output` of `input`, if a convolution can.
  private static func shortcut(from input: Shape, to output: Shape) -> String? {
    guard input.rank == 3, output.rank == 3 else { return nil }
    let rows = (input.extents[0] + output.extents[0] - 1) / output.extents[0]
    let columns = (input.extents[1] + output.extents[1] - 1) / output.extents[1]
    guard (input.extents[0] + rows - 1) / rows == output.extents[0],
      (input.extents[1] + columns - 1) / columns == output.extents[1]
    else { return nil }
    let stride =
      rows == columns ? (rows == 1 ? "" : " stride=\(rows)") : " stride=\(rows)x\(columns)"
    return "write '} shortcut { conv \(output.extents[2]) 1x1\(stride) }' behind its block"
  }

  /// `branches join=… { branch { … } … }`: each branch gets the input, and what they give is joined.
  mutating func addBranches(
    _ arguments: LayerArguments,
    session: Session
  ) throws(Diagnostic) {
    let line = arguments.line
    let start = end
    let isSum = try arguments.isSum()
    var ends: [Int] = []
    for branch in line.block ?? [] {
      guard branch.kind.text == "branch" else {
        throw Diagnostic(
          "layer-block",
          "'branches' holds 'branch { … }', but here is '\(branch.kind.text)'",
          at: branch.kind.range,
          remedy: "write 'branch { \(branch.kind.text) … }'"
        )
      }
      _ = try LayerArguments(branch)
      end = start
      try add(branch.block ?? [], session: session)
      let first = ends.first.map { architecture.nodes[$0].outputShape } ?? shape
      let fits =
        isSum
        ? first == shape : first.extents.dropLast() == shape.extents.dropLast()
      guard fits else {
        throw Diagnostic(
          "join-shapes",
          "the first branch gives \(first), but this one gives \(shape)",
          at: branch.kind.range,
          remedy: isSum
            ? "a sum needs branches of one shape"
            : "branches stand side by side along the last axis: all others must be equal"
        )
      }
      ends.append(end)
    }
    guard ends.count > 1 else {
      throw Diagnostic(
        "layer-block",
        "'branches' needs at least two branches",
        at: line.kind.range,
        remedy: "for example 'branches { branch { conv 8 1x1 }; branch { conv 8 3x3 pad=same } }'"
      )
    }
    try join(ends, isSum ? .addition : .concatenation, line)
  }

  private mutating func join(
    _ inputs: [Int],
    _ layer: Layer,
    _ line: EvaluatedLayer
  ) throws(Diagnostic) {
    do throws(ArchitectureError) {
      try append(layer, name: line.label?.text, inputs: inputs)
    } catch {
      throw pinned(error, line)
    }
    try checkCount(at: line.range)
  }

  /// `repeat N { … }`: the block N times.
  mutating func addRepeated(
    _ arguments: LayerArguments,
    session: Session
  ) throws(Diagnostic) {
    let line = arguments.line
    let times = try arguments.count(0, "times")
    if let label = line.label { throw NetworkPlan.notNamed(label, "a repeated block") }
    for round in 0..<times {
      // Each round adds a node or throws, so that no count runs for long.
      let before = architecture.nodes.count
      if round > 0, let label = NetworkPlan.firstLabel(in: line.block ?? []) {
        throw Diagnostic(
          "duplicate-layer",
          "'\(label.text)' would name a layer of each of \(NumberFormat.grouped(times)) repetitions",
          at: label.range,
          remedy: "leave the name away: layers without one are numbered"
        )
      }
      try add(line.block ?? [], session: session)
      guard architecture.nodes.count > before else { return }
    }
  }

  private static func firstLabel(in lines: [EvaluatedLayer]) -> Name? {
    for line in lines {
      if let label = line.label { return label }
      if let label = firstLabel(in: (line.block ?? []) + (line.shortcut ?? [])) { return label }
    }
    return nil
  }

  private static func notNamed(_ label: Name, _ what: String) -> Diagnostic {
    Diagnostic(
      "layer-block",
      "\(what) cannot be named",
      at: label.range,
      remedy: "name a layer inside it"
    )
  }

  /// `use NETWORK-or-MODEL [first=10] [frozen=true] [: name]`: its layers with its weights, each
  /// called `name_layer`; those of a model are frozen unless `frozen=false` says otherwise.
  mutating func addNetwork(_ arguments: LayerArguments) throws(Diagnostic) {
    let line = arguments.line
    let given = line.operands[0]
    var first: Int?
    if let given = arguments.option("first") { first = try arguments.count(given, "first") }
    let isModel = if case .model = given.value { true } else { false }
    let network = try NetworkPlan.lender(given, first: first)
    let source = network.architecture
    let prefix = line.label?.text ?? NetworkParts.name(for: given.text)
    guard source.inputShape == shape else {
      throw Diagnostic(
        "join-shapes",
        "'\(given.text)' takes \(source.inputShape), but what stands before it gives \(shape)",
        at: given.range,
        remedy: source.inputShape.count == shape.count
          ? "add 'reshape \(source.inputShape)' before it" : nil
      )
    }
    let isFrozen = try arguments.flag("frozen", default: isModel)
    let parameters = network.parameters
    var places = [end]
    for (index, node) in source.nodes.prefix((first ?? source.nodes.count) + 1).enumerated()
      .dropFirst()
    {
      do throws(ArchitectureError) {
        try append(
          node.layer,
          name: NetworkParts.name(of: node.name, in: prefix),
          inputs: node.inputs.map { places[$0] },
          isFrozen: node.isFrozen || (isFrozen && !parameters[index].isEmpty)
        )
      } catch {
        guard case .duplicateName = error else { throw pinned(error, line) }
        throw Diagnostic(
          "duplicate-layer",
          "there is a part called '\(prefix)' already",
          at: line.label?.range ?? given.range,
          remedy: "name this one: 'use \(given.text) : \(prefix)2'"
        )
      }
      try checkCount(at: line.range)
      places.append(end)
      for parameter in parameters[index] {
        self.given[end, default: [:]][parameter.role] = parameter.tensor
      }
    }
  }
}

extension NetworkPlan {
  /// The network whose layers are lent: a model's operations become layers.
  private static func lender(_ given: GivenValue, first: Int?) throws(Diagnostic) -> Network {
    switch given.value {
    case .network(let network):
      let nodes = network.architecture.nodes
      guard let first else { return network }
      guard first < nodes.count else {
        throw Diagnostic(
          "layer-operand",
          "'\(given.text)' has \(nodes.count - 1) layers, not \(first)",
          at: given.range
        )
      }
      let used = Set(nodes[...first].flatMap(\.inputs))
      for index in 0..<first where !used.contains(index) {
        throw Diagnostic(
          "layer-operand",
          "'\(nodes[index].name)' is not joined again by layer \(first) of '\(given.text)'",
          at: given.range,
          remedy: "take more layers, up to where the branches meet"
        )
      }
      return network
    case .model(let model):
      do throws(QuantizationError) {
        return try thaw(model.graph, first: first)
      } catch {
        throw Diagnostic(
          "layer-operand",
          "'\(given.text)' cannot be used: \(error.description)",
          at: given.range,
          remedy: "'first=' takes the layers before it"
        )
      }
    default:
      throw Diagnostic(
        "layer-operand",
        "'use' needs a network or a model, but '\(given.text)' is \(given.value.kindPhrase)",
        at: given.range,
        remedy: "declare it before, as in 'network encoder { … }', or 'load \"model.tflite\"'"
      )
    }
  }
}

extension LayerArguments {
  /// Whether `join=add` stands there.
  fileprivate func isSum() throws(Diagnostic) -> Bool {
    guard let given = option("join") else { return false }
    guard let word = given.value.wordOrString, word == "add" || word == "concat" else {
      throw Diagnostic(
        "layer-operand",
        "join is 'concat' or 'add', but here is \(given.text)",
        at: given.range
      )
    }
    return word == "add"
  }
}
