import Networks
import Tensors

/// Parts of a network that `use` has copied in.
///
/// Their layers are called `part_layer`, which is all that tells a part: so it lasts through training,
/// pruning, saving and loading.
enum NetworkParts {
  /// What a part is called when its line has no name of its own: the last word of what was used, as
  /// in `encoder`, `ae.encoder` and `zoo.lenet5()`.
  static func name(for text: String) -> String {
    let path = text.prefix { $0 != "(" && $0 != "[" && $0 != "@" }
    let word = path.split(separator: ".").last.map(String.init) ?? ""
    let isName =
      word.first?.isLetter == true && word.allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" }
    return isName ? word : "part"
  }

  /// What a layer is called inside a part.
  static func name(of layer: String, in part: String) -> String { "\(part)_\(layer)" }

  /// The network that the layers of a part form, with their weights; nil if there is no such part.
  static func part(_ name: String, of network: Network) -> Network? {
    let nodes = network.architecture.nodes
    guard let (entry, members) = place(of: name, in: nodes) else { return nil }
    let prefix = Self.name(of: "", in: name)
    let first = members.lowerBound
    do throws(ArchitectureError) {
      var architecture = try Architecture(input: nodes[entry].outputShape)
      for index in members {
        try architecture.append(
          nodes[index].layer,
          name: String(nodes[index].name.dropFirst(prefix.count)),
          inputs: nodes[index].inputs.map { $0 == entry ? 0 : $0 - first + 1 },
          isFrozen: nodes[index].isFrozen
        )
      }
      return Network(
        architecture: architecture,
        parameters: [[]] + members.map { network.parameters[$0] },
        lineage: network.lineage
      )
    } catch {
      return nil
    }
  }

  /// The node that feeds a part, and the part's nodes, which stand side by side.
  private static func place(
    of name: String,
    in nodes: [Networks.Node]
  ) -> (entry: Int, members: Range<Int>)? {
    let prefix = Self.name(of: "", in: name)
    let members = nodes.indices.filter {
      nodes[$0].name.hasPrefix(prefix) && nodes[$0].name.count > prefix.count
    }
    guard let first = members.first, let last = members.last, last - first + 1 == members.count
    else { return nil }
    let outside = Set(members.flatMap { nodes[$0].inputs.filter { $0 < first } })
    guard let entry = outside.first, outside.count == 1 else { return nil }
    return (entry, first..<last + 1)
  }

  /// The parts of a network, in the order of their layers.
  static func names(of network: Network) -> [String] {
    var names: [String] = []
    for node in network.architecture.nodes {
      for index in node.name.indices where node.name[index] == "_" && index > node.name.startIndex {
        let name = String(node.name[..<index])
        if !names.contains(name), place(of: name, in: network.architecture.nodes) != nil {
          names.append(name)
        }
      }
    }
    return names
  }
}
