import Tensors

/// A layer in its place.
public struct Node: Hashable, Sendable {
  /// `conv1`, `dense2`, or the name given after `:`.
  public let name: String
  /// What it computes.
  public let layer: Layer
  /// Earlier nodes that feed it; empty only for the input.
  public let inputs: [Int]
  /// What it gives for one sample.
  public let outputShape: Shape
  /// Whether training leaves its parameters alone.
  public let isFrozen: Bool
}

/// Layers joined into a directed graph: the first node is the input, the last gives the output,
/// and every node comes after those that feed it.
///
/// Shapes are checked as each layer is added, so an architecture that exists is sound.
public struct Architecture: Hashable, Sendable {
  /// In order of execution.
  public private(set) var nodes: [Node]

  /// The input alone.
  public init(input shape: Shape) throws(ArchitectureError) {
    guard shape.count > 0 else { throw .emptyInput(shape) }
    nodes = [
      Node(name: "input", layer: .input, inputs: [], outputShape: shape, isFrozen: false)
    ]
  }

  /// What one sample looks like.
  public var inputShape: Shape { nodes[0].outputShape }

  /// What the network gives for one sample.
  public var outputShape: Shape { nodes[nodes.count - 1].outputShape }

  /// Adds a layer behind `inputs` (by default behind the last) and returns its index.
  @discardableResult
  public mutating func append(
    _ layer: Layer,
    name: String? = nil,
    inputs: [Int]? = nil,
    isFrozen: Bool = false
  ) throws(ArchitectureError) -> Int {
    let inputs = inputs ?? [nodes.count - 1]
    let shapes = inputs.map { nodes[$0].outputShape }
    let outputShape = try layer.outputShape(for: shapes)
    let name = name ?? automaticName(for: layer)
    guard !nodes.contains(where: { $0.name == name }) else { throw .duplicateName(name) }
    nodes.append(
      Node(
        name: name,
        layer: layer,
        inputs: inputs,
        outputShape: outputShape,
        isFrozen: isFrozen
      )
    )
    return nodes.count - 1
  }

  /// The index of the node called `name`.
  public func index(of name: String) -> Int? { nodes.firstIndex { $0.name == name } }

  private func automaticName(for layer: Layer) -> String {
    var number = nodes.count { $0.layer.kindName == layer.kindName } + 1
    while nodes.contains(where: { $0.name == "\(layer.kindName)\(number)" }) { number += 1 }
    return "\(layer.kindName)\(number)"
  }
}

extension Architecture {
  /// The shapes that feed a node.
  public func inputShapes(of node: Int) -> [Shape] {
    nodes[node].inputs.map { nodes[$0].outputShape }
  }

  /// Roles and shapes of a node's parameters.
  public func parameterShapes(of node: Int) -> [(role: ParameterRole, shape: Shape)] {
    nodes[node].layer.parameterShapes(for: inputShapes(of: node))
  }

  /// How many numbers training changes; with `includingStatistics` also the moving statistics.
  public func parameterCount(includingStatistics: Bool = false) -> Int {
    nodes.indices.reduce(0) { sum, node in
      sum
        + parameterShapes(of: node).reduce(0) {
          $0 + ($1.role.isTrainable || includingStatistics ? $1.shape.count : 0)
        }
    }
  }

  /// Multiply-accumulates of one sample in layers with weights.
  public var macCount: Int {
    nodes.indices.reduce(0) { sum, node in
      let (result, overflow) = sum.addingReportingOverflow(macCount(of: node))
      return overflow ? .max : result
    }
  }

  /// Multiply-accumulates of one node for one sample.
  public func macCount(of node: Int) -> Int {
    nodes[node].layer.macCount(inputs: inputShapes(of: node), output: nodes[node].outputShape)
  }
}
