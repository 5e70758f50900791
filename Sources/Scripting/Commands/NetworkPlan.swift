import Diagnostics
import Language
import Networks
import Tensors

/// A checked architecture with what the script says about its weights.
public struct NetworkPlan {
  /// Layers and shapes.
  public internal(set) var architecture: Architecture
  /// Initialisers by node, where a line names one.
  var initializers: [Int: Initializer] = [:]
  /// Weights given by hand, by file or by a network that is used.
  var given: [Int: [ParameterRole: Tensor]] = [:]
  /// How many symbols the input has, if it says so.
  var vocabulary: Int?
  /// The node that the next layer stands behind.
  var end = 0

  init(architecture: Architecture) { self.architecture = architecture }

  /// What the next layer gets.
  var shape: Shape { architecture.nodes[end].outputShape }

  /// Adds one line: a layer, or a block of layers.
  mutating func add(_ line: EvaluatedLayer, session: Session) throws(Diagnostic) {
    let arguments = try LayerArguments(line)
    switch line.kind.text {
    case "input":
      throw Diagnostic(
        "second-input",
        "a network has one input, and this is a second one",
        at: line.kind.range,
        remedy: "remove it, or use 'reshape' to see the values in another shape"
      )
    case "residual": try addResidual(line, session: session)
    case "branches": try addBranches(arguments, session: session)
    case "branch":
      throw Diagnostic(
        "layer-block",
        "'branch' stands inside 'branches'",
        at: line.kind.range,
        remedy: "for example 'branches { branch { conv 8 1x1 }; branch { conv 8 3x3 pad=same } }'"
      )
    case "repeat": try addRepeated(arguments, session: session)
    case "use": try addNetwork(arguments)
    default: try addLayers(arguments, session: session)
    }
  }

  /// Adds all lines, one behind the other.
  mutating func add(_ lines: [EvaluatedLayer], session: Session) throws(Diagnostic) {
    for line in lines { try add(line, session: session) }
  }

  /// The layers of a line without a block; its label names the last.
  private mutating func addLayers(
    _ arguments: LayerArguments,
    session: Session
  ) throws(Diagnostic) {
    let layers = try LayerFactory.layers(arguments, vocabulary: vocabulary)
    let isFrozen = try arguments.flag("frozen", default: false)
    for (index, layer) in layers.enumerated() {
      let isLast = index == layers.count - 1
      do throws(ArchitectureError) {
        try append(
          layer,
          name: isLast ? arguments.line.label?.text : nil,
          inputs: [end],
          isFrozen: isFrozen
        )
      } catch {
        throw pinned(error, to: arguments)
      }
      try checkCount(at: arguments.line.range)
      try readWeights(arguments, node: end, session: session)
    }
  }

  /// Appends a node, which becomes the end.
  mutating func append(
    _ layer: Layer,
    name: String?,
    inputs: [Int],
    isFrozen: Bool = false
  ) throws(ArchitectureError) {
    end = try architecture.append(layer, name: name, inputs: inputs, isFrozen: isFrozen)
  }

  /// Throws if there are more layers than a network may have.
  func checkCount(at range: SourceRange) throws(Diagnostic) {
    guard architecture.nodes.count <= Limits.layers else {
      throw Diagnostic(
        "too-many-layers",
        "a network has at most \(NumberFormat.grouped(Limits.layers)) layers",
        at: range
      )
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
