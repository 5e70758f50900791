import Networks
import Tensors

/// Which output channels of a network must go together.
///
/// Every place on the last axis of a node's output belongs to a *unit*. A convolution or dense layer
/// makes one new unit per filter; all other layers pass on the units of what feeds them: flattening
/// repeats them for every pixel, a depthwise layer for its multiplier, a concatenation puts them side
/// by side. A sum makes one unit of the units that it adds up, so that layers on both sides of a
/// residual connection lose the same channels. Where a layer cannot lose channels (the input, the
/// output, and those that enter or leave a convolution in groups), its units are protected. So a
/// choice of units tells for every tensor of the network which slices stay.
struct ChannelMap {
  /// Per node, per place on the last axis of its output, the unit.
  private(set) var units: [[Int]] = []
  /// Per unit the nodes that make it, none for the input's.
  private var makers: [[Int]] = []
  private var isProtected: [Bool] = []
  /// Per unit the one that it has become a part of, or itself.
  private var owner: [Int] = []

  init(_ architecture: Architecture) {
    for (index, node) in architecture.nodes.enumerated() {
      let count = node.outputShape.extents.last ?? 1
      let incoming = node.inputs.first.map { units[$0] } ?? []
      switch node.layer {
      case .input:
        units.append(make(count, by: nil, isProtected: true))
      case .dense, .temporalConvolution:
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
      case .addition:
        for input in node.inputs.dropFirst() {
          for (one, other) in zip(incoming, units[input]) { join(one, other) }
        }
        units.append(incoming)
      case .concatenation:
        units.append(node.inputs.flatMap { units[$0] })
      case .transposedConvolution, .reshape, .layerNormalization, .recurrent, .embedding,
        .positionalEncoding, .attention:
        for input in node.inputs { protect(units[input]) }
        units.append(make(count, by: nil, isProtected: true))
      }
    }
    protect(units.last ?? [])
    units = units.map { $0.map { root($0) } }
  }

  private mutating func make(_ count: Int, by maker: Int?, isProtected: Bool) -> [Int] {
    let first = makers.count
    makers += Array(repeating: maker.map { [$0] } ?? [], count: count)
    self.isProtected += Array(repeating: isProtected, count: count)
    owner += Array(first..<first + count)
    return Array(first..<first + count)
  }

  private func root(_ unit: Int) -> Int {
    var unit = unit
    while owner[unit] != unit { unit = owner[unit] }
    return unit
  }

  private mutating func join(_ one: Int, _ other: Int) {
    let (one, other) = (root(one), root(other))
    guard one != other else { return }
    let (kept, gone) = (min(one, other), max(one, other))
    owner[gone] = kept
    makers[kept] += makers[gone]
    isProtected[kept] = isProtected[kept] || isProtected[gone]
  }

  private mutating func protect(_ units: [Int]) {
    for unit in units { isProtected[root(unit)] = true }
  }

  /// Units that may go, by the nodes that make them, in order of the first unit.
  func removableUnits() -> [(nodes: [Int], units: [Int])] {
    var rows: [(nodes: [Int], units: [Int])] = []
    for (unit, makers) in makers.enumerated() {
      guard owner[unit] == unit, !makers.isEmpty, !isProtected[unit] else { continue }
      let nodes = Set(makers).sorted()
      if let row = rows.firstIndex(where: { $0.nodes == nodes }) {
        rows[row].units.append(unit)
      } else {
        rows.append((nodes, [unit]))
      }
    }
    return rows
  }

  /// Places on the last axis of a node's output that stay.
  func kept(_ node: Int, without removed: Set<Int>) -> [Int] {
    units[node].indices.filter { !removed.contains(units[node][$0]) }
  }
}
