import Networks
import Tensors

/// Which output channels of a network must go together.
///
/// Every place on the last axis of a node's output belongs to a *unit*. A convolution or dense layer
/// makes one new unit per filter; all other layers pass on the units of what feeds them: flattening
/// repeats them for every pixel, a depthwise layer for its multiplier. Where a layer cannot lose
/// channels (the input, the output, and those that enter or leave a convolution in groups), its units
/// are protected. So a choice of units tells for every tensor of the network which slices stay.
struct ChannelMap {
  /// Per node, per place on the last axis of its output, the unit.
  private(set) var units: [[Int]] = []
  /// Per unit the node that makes it, nil for the input's.
  private(set) var makers: [Int?] = []
  private var isProtected: [Bool] = []

  init(_ architecture: Architecture) {
    for (index, node) in architecture.nodes.enumerated() {
      let count = node.outputShape.extents.last ?? 1
      let incoming = node.inputs.first.map { units[$0] } ?? []
      switch node.layer {
      case .input:
        units.append(make(count, by: nil, isProtected: true))
      case .dense:
        units.append(make(count, by: index, isProtected: false))
      case .convolution(let convolution):
        let isGrouped = convolution.groups > 1
        if isGrouped { protect(incoming) }
        units.append(make(count, by: index, isProtected: isGrouped))
      case .depthwiseConvolution(let convolution):
        units.append(
          incoming.flatMap { Array(repeating: $0, count: convolution.multiplier) }
        )
      case .flatten:
        let pixels = incoming.isEmpty ? 0 : count / incoming.count
        units.append((0..<pixels).flatMap { _ in incoming })
      case .pooling, .activation, .dropout, .batchNormalization, .noise, .upsampling, .padding,
        .cropping:
        units.append(incoming)
      case .temporalConvolution, .transposedConvolution, .reshape, .layerNormalization, .recurrent,
        .embedding, .positionalEncoding, .attention, .addition, .concatenation:
        for input in node.inputs { protect(units[input]) }
        units.append(make(count, by: nil, isProtected: true))
      }
    }
    protect(units.last ?? [])
  }

  private mutating func make(_ count: Int, by maker: Int?, isProtected: Bool) -> [Int] {
    let first = makers.count
    makers += Array(repeating: maker, count: count)
    self.isProtected += Array(repeating: isProtected, count: count)
    return Array(first..<first + count)
  }

  private mutating func protect(_ units: [Int]) {
    for unit in units { isProtected[unit] = true }
  }

  /// Units that may go, by the node that makes them, in order.
  func removableUnits() -> [(node: Int, units: [Int])] {
    var rows: [(node: Int, units: [Int])] = []
    for (unit, maker) in makers.enumerated() {
      guard let maker, !isProtected[unit] else { continue }
      if rows.last?.node == maker {
        rows[rows.count - 1].units.append(unit)
      } else {
        rows.append((maker, [unit]))
      }
    }
    return rows
  }

  /// Places on the last axis of a node's output that stay.
  func kept(_ node: Int, without removed: Set<Int>) -> [Int] {
    units[node].indices.filter { !removed.contains(units[node][$0]) }
  }
}
