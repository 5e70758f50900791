import Datasets
import Diagnostics
import Language
import Networks
import Tensors

/// Makes a network of evaluated layer lines; shapes are checked line by line.
public enum NetworkBuilder {
  /// The network called `name`, with weights drawn from `seed`'s stream.
  ///
  /// Throws a diagnostic at the layer line, operand or option that does not fit.
  public static func build(
    name: Name,
    layers: [EvaluatedLayer],
    session: Session,
    seed: UInt64
  ) throws(Diagnostic) -> Value {
    let plan = try plan(name: name, layers: layers, session: session)
    let bytes = plan.architecture.parameterCount(includingStatistics: true)
      .multipliedReportingOverflow(by: MemoryLayout<Float>.stride)
    guard !bytes.overflow, bytes.partialValue <= session.memoryLimit else {
      throw Diagnostic(
        "network-too-large",
        "the weights of '\(name.text)' need "
          + "\(ByteCount.text(bytes.partialValue)), and the memory limit is "
          + ByteCount.text(session.memoryLimit),
        at: name.range,
        remedy: "make the layers smaller, or raise it with 'limit memory='"
      )
    }
    var generator = SeededGenerator(seed: seed)
    var network: Network
    do throws(NetworkError) {
      network = try Network(
        plan.architecture,
        initializers: plan.initializers,
        given: plan.given,
        using: &generator
      )
    } catch {
      throw Diagnostic("network", error.description, at: name.range)
    }
    network.lineage = [LineageEntry(command: "network", text: "network \(name.text)")]
    return .network(network)
  }

  /// Checks the lines without drawing a weight: shapes, operands and options.
  public static func plan(
    name: Name,
    layers: [EvaluatedLayer],
    session: Session
  ) throws(Diagnostic) -> NetworkPlan {
    guard let first = layers.first else {
      throw Diagnostic(
        "no-layers",
        "network '\(name.text)' has no layers",
        at: name.range,
        remedy: "begin with 'input' and the shape of one sample"
      )
    }
    guard first.kind.text == "input" else {
      throw Diagnostic(
        "input-first",
        "a network begins with 'input', but this one begins with '\(first.kind.text)'",
        at: first.kind.range,
        remedy: "write 'input' and the shape of one sample before it"
      )
    }
    let arguments = try LayerArguments(first)
    let shape = try arguments.shape(0)
    var plan: NetworkPlan
    do throws(ArchitectureError) {
      plan = NetworkPlan(architecture: try Architecture(input: shape))
    } catch {
      throw Diagnostic("input-shape", error.description, at: arguments.operandRange(0))
    }
    for line in layers.dropFirst() { try plan.add(line, session: session) }
    guard layers.count > 1 else {
      throw Diagnostic(
        "no-layers",
        "network '\(name.text)' has an input and no layers",
        at: name.range,
        remedy: "add layers, such as 'dense 10 softmax'"
      )
    }
    return plan
  }
}

/// A checked architecture with what the script says about its weights.
public struct NetworkPlan {
  /// Layers and shapes.
  public var architecture: Architecture
  /// Initialisers by node, where a line names one.
  var initializers: [Int: Initializer] = [:]
  /// Weights given by hand or by file.
  var given: [Int: [ParameterRole: Tensor]] = [:]

  init(architecture: Architecture) { self.architecture = architecture }

  /// Adds one layer line.
  mutating func add(_ line: EvaluatedLayer, session: Session) throws(Diagnostic) {
    let arguments = try LayerArguments(line)
    guard line.kind.text != "input" else {
      throw Diagnostic(
        "second-input",
        "a network has one input, and this is a second one",
        at: line.kind.range,
        remedy: "remove it, or use 'reshape' to see the values in another shape"
      )
    }
    let layer = try LayerFactory.layer(arguments)
    let isFrozen = try arguments.flag("frozen", default: false)
    let node: Int
    do throws(ArchitectureError) {
      node = try architecture.append(
        layer,
        name: line.label?.text,
        isFrozen: isFrozen
      )
    } catch {
      throw pinned(error, to: arguments)
    }
    try readWeights(arguments, node: node, session: session)
  }

  private func pinned(_ error: ArchitectureError, to arguments: LayerArguments) -> Diagnostic {
    let kind = arguments.line.kind
    switch error {
    case .wrongRank(_, let expected, let found):
      let before = architecture.nodes[architecture.nodes.count - 1]
      let giver = before.layer == .input ? "the input" : before.layer.kindName
      return expected == 1
        ? Diagnostic(
          "needs-flat-input",
          "'\(kind.text)' needs a flat input, but \(giver) gives \(found)",
          at: kind.range,
          remedy: found.rank == 3
            ? "add 'flatten' or 'avgpool global' before it" : "add 'flatten' before it"
        )
        : Diagnostic(
          "needs-image-input",
          "'\(kind.text)' needs an image (height x width x channels), but \(giver) gives \(found)",
          at: kind.range,
          remedy: found.rank == 1
            ? "put it before 'flatten', or fold the values with 'shape=' or 'reshape'"
            : "declare the input as height x width x channels, such as \(found)x1"
        )
    case .duplicateName(let name):
      return Diagnostic(
        "duplicate-layer",
        "two layers are called '\(name)'",
        at: arguments.line.label?.range ?? kind.range,
        remedy: "choose another name behind the colon"
      )
    case .windowTooLarge(_, let window, let input):
      return Diagnostic(
        "window-too-large",
        "a \(window) window does not fit into \(input)",
        at: arguments.windowRange,
        remedy: "make it smaller, or write 'pad=same'"
      )
    case .indivisibleGroups, .notPositive, .rateOutOfRange, .tooLarge, .emptyInput, .wrongRanks,
      .deviationOutOfRange, .mismatch, .wrongInputCount, .wrongReshape, .wrongBorder:
      return Diagnostic("layer-shape", error.description, at: arguments.line.range)
    }
  }

  private mutating func readWeights(
    _ arguments: LayerArguments,
    node: Int,
    session: Session
  ) throws(Diagnostic) {
    if let given = arguments.option("start") {
      guard let word = given.value.wordOrString, let start = Initializer(rawValue: word) else {
        throw Diagnostic(
          "unknown-initializer",
          "unknown initialiser \(given.text)",
          at: given.range
        )
      }
      initializers[node] = start
    }
    for (role, shape) in architecture.parameterShapes(of: node) {
      let optionName: String
      switch role {
      case .weights: optionName = "weights"
      case .bias: optionName = "bias"
      default: continue
      }
      guard let given = arguments.option(optionName) else { continue }
      if case .bool = given.value { continue }
      let numbers = try WeightSource.read(given, session: session)
      guard numbers.values.count == shape.count, fits(numbers.extents, shape) else {
        throw Diagnostic(
          "weights-shape",
          "\(optionName) of '\(architecture.nodes[node].name)' must have shape \(shape), but have "
            + numbers.extents.map(String.init).joined(separator: "x"),
          at: given.range,
          remedy: role == .bias
            ? "give one number per output"
            : "weights are inputs x outputs; for conv height x width x in x out"
        )
      }
      self.given[node, default: [:]][role] = Tensor(shape, numbers.values.map { Float($0) })
    }
  }

  /// Whether given extents name the same array: equal apart from extents of 1.
  private func fits(_ extents: [Int], _ shape: Shape) -> Bool {
    extents.filter { $0 != 1 } == shape.extents.filter { $0 != 1 }
  }
}
