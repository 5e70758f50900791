import Tensors

/// Where each parameter of a network stands in one block of memory, so that an update or a copy of
/// all of them is one pass.
struct ParameterLayout {
  /// One parameter's place.
  struct Slot: Hashable {
    let node: Int
    /// Which of the node's parameters it is.
    let index: Int
    let role: ParameterRole
    /// In floats from the block's beginning, a multiple of `alignment`.
    let offset: Int
    let count: Int
    /// Whether training changes it through a gradient.
    let isTrained: Bool
  }

  /// Floats of a cache line.
  static let alignment = 16

  /// In order of nodes.
  let slots: [Slot]
  /// Where each node's first parameter stands.
  let nodeOffsets: [Int]
  /// Floats of the whole block, a multiple of `alignment`.
  let count: Int

  init(_ architecture: Architecture) {
    var slots: [Slot] = []
    var nodeOffsets: [Int] = []
    var offset = 0
    for node in architecture.nodes.indices {
      nodeOffsets.append(offset)
      for (index, parameter) in architecture.parameterShapes(of: node).enumerated() {
        slots.append(
          Slot(
            node: node,
            index: index,
            role: parameter.role,
            offset: offset,
            count: parameter.shape.count,
            isTrained: parameter.role.isTrainable && !architecture.nodes[node].isFrozen
          )
        )
        offset += ParameterLayout.aligned(parameter.shape.count)
      }
    }
    self.slots = slots
    self.nodeOffsets = nodeOffsets
    count = offset
  }

  static func aligned(_ count: Int) -> Int { (count + alignment - 1) / alignment * alignment }

  /// Where a node's parameter stands behind its first.
  func offset(_ role: ParameterRole, of node: Int) -> Int? {
    slots.first { $0.node == node && $0.role == role }.map { $0.offset - nodeOffsets[node] }
  }

  /// Copies tensors into the block.
  func write(_ parameters: [[Parameter]], to block: UnsafeMutablePointer<Float>) {
    for slot in slots {
      parameters[slot.node][slot.index].tensor.withElements { elements in
        (block + slot.offset).update(
          from: elements.baseAddress ?? UnsafePointer(block),
          count: slot.count
        )
      }
    }
  }

  /// Copies the block into tensors of the same shapes.
  func read(_ block: UnsafePointer<Float>, into parameters: inout [[Parameter]]) {
    for slot in slots {
      parameters[slot.node][slot.index].tensor.withMutableElements { elements in
        for index in 0..<slot.count { elements[index] = block[slot.offset + index] }
      }
    }
  }

  /// Copies moments, one tensor per parameter, into a block.
  func write(_ tensors: [[Tensor]], to block: UnsafeMutablePointer<Float>) {
    for slot in slots {
      tensors[slot.node][slot.index].withElements { elements in
        for index in 0..<slot.count { block[slot.offset + index] = elements[index] }
      }
    }
  }

  /// One tensor per parameter from a block of moments; `shapes` are those of the parameters.
  func tensors(from block: UnsafePointer<Float>, like parameters: [[Parameter]]) -> [[Tensor]] {
    var tensors = parameters.map { $0.map { Tensor($0.tensor.shape) } }
    for slot in slots {
      tensors[slot.node][slot.index].withMutableElements { elements in
        for index in 0..<slot.count { elements[index] = block[slot.offset + index] }
      }
    }
    return tensors
  }

  /// Whether tensors have this layout's sizes.
  func fits(_ tensors: [[Tensor]]) -> Bool {
    slots.allSatisfy { slot in
      tensors.indices.contains(slot.node) && tensors[slot.node].indices.contains(slot.index)
        && tensors[slot.node][slot.index].count == slot.count
    }
  }
}
