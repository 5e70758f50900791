import Compression
import Diagnostics
import Inference
import Networks

/// Makes models of networks.
enum Freezing {
  /// A model as it is, or a network lowered to float operations.
  static func model(of given: GivenValue, _ call: CommandCall) throws(Diagnostic) -> Model {
    try model(of: given, lineage: nil)
  }

  /// As above, for functions.
  static func model(of given: GivenValue, lineage: String?) throws(Diagnostic) -> Model {
    guard case .network(let network) = given.value else { return try given.model("convert") }
    do throws(QuantizationError) {
      let graph = try lower(network)
      return Model(
        graph: graph,
        kind: "float32",
        lineage: network.lineage,
        loss: network.loss,
        reconstructsInput: network.reconstructsInput
      )
    } catch {
      throw Diagnostic("lowering", error.description, at: given.range)
    }
  }

  /// What a file's model is called, by the types of its tensors.
  static func kind(of graph: Graph) -> String {
    let activations = graph.tensors.filter { $0.constant == nil }
    let weights = graph.tensors.filter { $0.constant != nil }
    if activations.contains(where: { $0.type == .int16 }) { return "int16x8" }
    if activations.contains(where: { $0.type == .int8 }) {
      return weights.contains { $0.type == .int4 } ? "int4" : "int8"
    }
    if weights.contains(where: { $0.type == .float16 }) { return "float16" }
    if weights.contains(where: { $0.type == .int8 }) { return "dynamic" }
    return "float32"
  }
}
