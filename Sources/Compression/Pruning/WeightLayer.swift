import Networks
import Tensors

/// Where the prunable weights of a layer stand in a network.
struct WeightLayer: Hashable, Sendable {
  /// The layer's name.
  let name: String
  /// The node in the architecture.
  let node: Int
  /// The parameter among the node's.
  let parameter: Int
}

extension Network {
  /// Layers with weights, in order.
  ///
  /// Biases and batch normalisation are not among them.
  var weightLayers: [WeightLayer] {
    var layers: [WeightLayer] = []
    for (node, parameters) in parameters.enumerated() {
      for (parameter, value) in parameters.enumerated() where value.role.isPrunable {
        layers.append(
          WeightLayer(name: architecture.nodes[node].name, node: node, parameter: parameter)
        )
      }
    }
    return layers
  }

  /// The weights of a layer.
  func weights(of layer: WeightLayer) -> Tensor { parameters[layer.node][layer.parameter].tensor }

  /// Replaces the weights of a layer.
  mutating func setWeights(_ tensor: Tensor, of layer: WeightLayer) {
    parameters[layer.node][layer.parameter].tensor = tensor
  }

  /// The layers that `skip` leaves; refuses names that no layer with weights has.
  func weightLayers(without skip: [String]) -> Result<[WeightLayer], UnknownLayer> {
    let layers = weightLayers
    var skipped: Set<String> = []
    for name in skip {
      if layers.contains(where: { $0.name == name }) {
        skipped.insert(name)
      } else if name == "last", let last = layers.last {
        skipped.insert(last.name)
      } else {
        return .failure(UnknownLayer(name: name, names: layers.map(\.name)))
      }
    }
    return .success(layers.filter { !skipped.contains($0.name) })
  }
}

/// A name in a skip list that no layer with weights has.
struct UnknownLayer: Error {
  let name: String
  let names: [String]
}

extension Tensor {
  /// Elements that are exactly 0.
  var zeroCount: Int { withElements { elements in elements.count { $0 == 0 } } }

  /// How many different values the elements have; -0 counts as 0.
  public var distinctCount: Int {
    withElements { elements in
      var seen: Set<UInt32> = []
      for element in elements { seen.insert((element + 0).bitPattern) }
      return seen.count
    }
  }
}
