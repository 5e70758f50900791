import Compression
import Diagnostics
import Inference
import Networks
import Tensors

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
      return Model(graph: graph, kind: "float32", lineage: network.lineage, loss: network.loss)
    } catch {
      throw Diagnostic("lowering", error.description, at: given.range)
    }
  }

  /// A network quantized to `kind`.
  static func quantized(
    _ network: Network,
    _ kind: String,
    _ calibration: Tensor?,
    _ call: CommandCall
  ) throws(Diagnostic) -> Graph {
    let observer = Observer(rawValue: try call.word("observer", default: "minmax")) ?? .minmax
    let granularity =
      Granularity(rawValue: try call.word("granularity", default: "channel")) ?? .channel
    guard let kind = QuantizationKind(rawValue: kind) else {
      throw Diagnostic(
        "unknown-word",
        "there is no kind of model '\(kind)'",
        at: call.after(.to)?.range ?? call.range
      )
    }
    do throws(QuantizationError) {
      let (graph, _) = try quantize(
        network,
        to: kind,
        calibration: calibration ?? Tensor(Shape([0])),
        observer: observer,
        granularity: granularity
      )
      return graph
    } catch {
      throw Diagnostic(
        "quantization",
        error.description,
        at: call.option("calibrate")?.range ?? call.operand(0).range
      )
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
