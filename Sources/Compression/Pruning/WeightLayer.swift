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
  public var distinctCount: Int { distinctCount(atMost: .max) }

  /// How many different values the elements have, counted up to a limit.
  func distinctCount(atMost limit: Int) -> Int {
    var seen = DistinctFloats()
    withElements { elements in
      for element in elements {
        seen.insert(element)
        guard seen.count < limit else { return }
      }
    }
    return seen.count
  }
}

/// A set of floats that only counts: a table of places, each value in the first free one from where
/// its bits point to.
private struct DistinctFloats {
  /// Marks a free place: no float has these bits once 0 has been added to it.
  private static let free = (-0.0 as Float).bitPattern

  private(set) var count = 0
  private var placeBits = 10
  private var places = [UInt32](repeating: free, count: 1 << 10)

  @inline(__always)
  mutating func insert(_ value: Float) {
    guard put((value + 0).bitPattern) else { return }
    count += 1
    if 2 * count > places.count { grow() }
  }

  /// Whether the bits were not there yet.
  @inline(__always)
  private mutating func put(_ bits: UInt32) -> Bool {
    let mask = places.count - 1
    // Knuth's multiplicative hash: the golden ratio's bits, of which the upper ones are mixed best.
    var place = Int((bits &* 0x9E37_79B1) >> UInt32(32 - placeBits))
    return places.withUnsafeMutableBufferPointer { places in
      while places[place] != Self.free {
        if places[place] == bits { return false }
        place = (place + 1) & mask
      }
      places[place] = bits
      return true
    }
  }

  private mutating func grow() {
    let full = places
    placeBits += 2
    places = [UInt32](repeating: Self.free, count: 1 << placeBits)
    for bits in full where bits != Self.free { _ = put(bits) }
  }
}
