import Compression
import Diagnostics
import Inference
import Networks
import Tensors

/// What can be said of one layer of a network or model.
enum LayerFacts {
  /// A parameter of a network's layer, or a constant of a model's operation.
  static func tensor(_ role: ParameterRole, of given: GivenValue) throws(Diagnostic) -> Value {
    guard case .layer(let layer) = given.value else {
      throw Diagnostic(
        "operand-kind",
        "\(role.rawValue) are of a layer, but '\(given.text)' is \(given.value.kindPhrase)",
        at: given.range,
        remedy: "name one, such as \(given.text).dense1; 'show \(given.text)' lists them"
      )
    }
    guard let tensor = parameter(role, of: layer) else {
      throw Diagnostic("no-weights", "'\(layer.name)' has no \(role.rawValue)", at: given.range)
    }
    return .tensor(EngineFunctions.precise(tensor))
  }

  /// Numbers that training changes.
  static func parameters(_ layer: LayerReference) -> Int {
    switch layer.owner {
    case .network(let network):
      return network.architecture.parameterShapes(of: layer.index)
        .reduce(0) { $0 + ($1.role.isTrainable ? $1.shape.count : 0) }
    case .model(let model):
      return constants(of: layer.index, model).reduce(0) { $0 + $1.elementCount }
    default: return 0
    }
  }

  /// Multiply-accumulates of one sample.
  static func macs(_ layer: LayerReference) -> Int {
    switch layer.owner {
    case .network(let network): network.architecture.macCount(of: layer.index)
    case .model(let model): model.graph.macCount(of: layer.index)
    default: 0
    }
  }

  /// Share of the weights that are zero.
  static func sparsity(_ layer: LayerReference) -> Double {
    guard let weights = integersOrValues(layer), !weights.isEmpty else { return 0 }
    return Double(weights.count { $0 == 0 }) / Double(weights.count)
  }

  /// How many different weights there are.
  static func distinct(_ layer: LayerReference) -> Int {
    integersOrValues(layer).map { Set($0).count } ?? 0
  }

  /// The most different weights that any layer has.
  static func distinct(in predictor: Predictor) -> Int {
    switch predictor {
    case .network(let network):
      return network.architecture.nodes.indices.map { index in
        distinct(LayerReference(owner: .network(network), index: index, name: ""))
      }
      .max() ?? 0
    case .model(let model):
      return model.graph.operations.indices.map { index in
        distinct(LayerReference(owner: .model(model), index: index, name: ""))
      }
      .max() ?? 0
    }
  }

  private static func parameter(_ role: ParameterRole, of layer: LayerReference) -> Tensor? {
    switch layer.owner {
    case .network(let network): return network.parameter(role, of: layer.index)
    case .model(let model):
      let constants = constants(of: layer.index, model)
      let place = role == .weights ? 0 : 1
      guard constants.indices.contains(place) else { return nil }
      return constants[place].realConstant
    default: return nil
    }
  }

  /// A network's weights, or a model's integers.
  private static func integersOrValues(_ layer: LayerReference) -> [Double]? {
    switch layer.owner {
    case .network(let network):
      return network.parameter(.weights, of: layer.index)?.values.map { Double($0) }
    case .model(let model):
      return constants(of: layer.index, model).first?.integerConstant?.map { Double($0) }
        ?? constants(of: layer.index, model).first?.realConstant?.values.map { Double($0) }
    default: return nil
    }
  }

  private static func constants(of operation: Int, _ model: Model) -> [GraphTensor] {
    model.graph.operations[operation].inputs.compactMap { $0 }
      .map { model.graph.tensors[$0] }.filter { $0.constant != nil }
  }
}
