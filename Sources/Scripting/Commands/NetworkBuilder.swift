import Diagnostics
import Language
import Networks
import Tensors

/// Makes a network of evaluated layer lines; shapes are checked line by line.
public enum NetworkBuilder {
  /// The network called `name`, with weights drawn from `seed`'s stream: now, or when they are first
  /// asked for.
  ///
  /// Throws a diagnostic at the layer line, operand or option that does not fit.
  public static func build(
    name: Name,
    layers: [EvaluatedLayer],
    session: Session,
    seed: UInt64,
    drawsLate: Bool = false
  ) throws(Diagnostic) -> Value {
    let plan = try plan(name: name, layers: layers, session: session)
    if !drawsLate {
      try session.checkWeights(of: plan.architecture, "'\(name.text)'", at: name.range)
    }
    var network: Network
    do throws(NetworkError) {
      if drawsLate {
        network = try Network(
          pending: plan.architecture,
          initializers: plan.initializers,
          given: plan.given,
          seed: seed
        )
      } else {
        var generator = SeededGenerator(seed: seed)
        network = try Network(
          plan.architecture,
          initializers: plan.initializers,
          given: plan.given,
          using: &generator
        )
      }
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
    if let given = arguments.option("vocabulary") {
      plan.vocabulary = try arguments.count(given, "vocabulary")
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

extension Session {
  /// Throws if a network's weights have yet to be drawn and would not fit under the memory limit.
  func checkWeights(of network: Network, at range: SourceRange) throws(Diagnostic) {
    guard network.isPending else { return }
    try checkWeights(of: network.architecture, "this network", at: range)
  }

  /// The same of an operand, which may be anything.
  func checkWeights(of given: GivenValue) throws(Diagnostic) {
    guard case .network(let network) = given.value, network.isPending else { return }
    try checkWeights(of: network.architecture, "'\(given.text)'", at: given.range)
  }

  /// Throws if weights would not fit under the memory limit.
  func checkWeights(
    of architecture: Architecture,
    _ name: String,
    at range: SourceRange
  ) throws(Diagnostic) {
    let bytes = architecture.parameterCount(includingStatistics: true)
      .multipliedReportingOverflow(by: MemoryLayout<Float>.stride)
    guard bytes.overflow || bytes.partialValue > memoryLimit else { return }
    throw Diagnostic(
      "network-too-large",
      "the weights of \(name) need \(ByteCount.text(bytes.partialValue)), and the memory limit is "
        + ByteCount.text(memoryLimit),
      at: range,
      remedy: "make the layers smaller, or raise it with 'limit memory='"
    )
  }
}
