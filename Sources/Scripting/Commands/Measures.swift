import Compression
import Datasets
import Diagnostics
import Inference
import Networks
import Tensors

extension Value {
  /// Bytes of weights and files, shown in KB and MB.
  static func storage(_ bytes: Int) -> Value {
    .quantity(Quantity(Double(bytes), .information, unit: unit("B")))
  }

  /// Bytes of a board's memory, shown in KiB and MiB.
  static func memory(_ bytes: Int) -> Value {
    .quantity(Quantity(Double(bytes), .information, unit: unit("KiB")))
  }

  /// A time.
  static func milliseconds(_ number: Double) -> Value {
    .quantity(Quantity(number / 1000, .time, unit: unit("ms")))
  }

  /// An energy.
  static func microjoules(_ number: Double) -> Value {
    .quantity(Quantity(number / 1e6, .energy, unit: unit("uJ")))
  }

  /// A frequency.
  static func hertz(_ number: Int) -> Value {
    .quantity(Quantity(Double(number), .frequency, unit: unit("MHz")))
  }

  private static func unit(_ symbol: String) -> Int16 {
    Int16(UnitTable.index(of: symbol) ?? -1)
  }
}

/// What can be asked for outputs: a network, or a model in float or integers.
enum Predictor {
  case network(Network)
  case model(Model)

  /// A predictor out of a value; `what` names the command in the error.
  init(_ given: GivenValue, _ what: String) throws(Diagnostic) {
    switch given.value {
    case .network(let network): self = .network(network)
    case .model(let model): self = .model(model)
    default:
      throw Diagnostic(
        "operand-kind",
        "\(what) needs a network or a model, but '\(given.text)' is \(given.value.kindPhrase)",
        at: given.range
      )
    }
  }

  /// Whether it was trained to give its inputs again.
  var reconstructsInput: Bool {
    switch self {
    case .network(let network): network.reconstructsInput
    case .model(let model): model.reconstructsInput
    }
  }

  /// The shape of one sample.
  var inputShape: Shape {
    switch self {
    case .network(let network): network.architecture.inputShape
    case .model(let model): model.inputShape
    }
  }

  /// The shape of one answer.
  var outputShape: Shape {
    switch self {
    case .network(let network): network.architecture.outputShape
    case .model(let model): model.outputShape
    }
  }

  /// Every command that made it.
  var lineage: [LineageEntry] {
    switch self {
    case .network(let network): network.lineage
    case .model(let model): model.lineage
    }
  }

  /// The outputs for samples x input shape.
  func outputs(
    for inputs: Tensor,
    session: Session,
    at range: SourceRange,
    rounding: Rounding = .tflm
  ) throws(Diagnostic) -> Tensor {
    switch self {
    case .network(let network):
      try session.checkWeights(of: network, at: range)
      do throws(NetworkError) {
        return try network.outputs(for: inputs, threads: session.host.threads)
      } catch {
        throw Diagnostic("network", error.description, at: range)
      }
    case .model(let model):
      do throws(GraphError) {
        return try model.runner(session, rounding: rounding)
          .outputs(for: inputs, threads: session.host.threads)
      } catch {
        throw Diagnostic("model", error.description, at: range)
      }
    }
  }

  /// How well it does on samples whose answers are known.
  func evaluation(
    on samples: Samples,
    session: Session,
    at range: SourceRange,
    rounding: Rounding = .tflm
  ) throws(Diagnostic) -> Evaluation {
    switch self {
    case .network(let network):
      let samples = network.reconstructsInput ? samples.reconstructed : samples
      try session.checkWeights(of: network, at: range)
      do throws(NetworkError) {
        return try network.evaluate(on: samples, threads: session.host.threads)
      } catch {
        throw Diagnostic("network", error.description, at: range)
      }
    case .model(let model):
      let samples = model.reconstructsInput ? samples.reconstructed : samples
      let outputs = try outputs(
        for: samples.inputs,
        session: session,
        at: range,
        rounding: rounding
      )
      do throws(NetworkError) {
        return try Evaluation(
          outputs: outputs,
          on: samples,
          loss: model.loss,
          after: model.graph.finalActivation
        )
      } catch {
        throw Diagnostic("model", error.description, at: range)
      }
    }
  }
}

extension Graph {
  /// Softmax or sigmoid, if the graph ends in one; conversions of the type and shape behind it change
  /// nothing.
  var finalActivation: ActivationFunction? {
    var tensor = outputs.first
    for operation in operations.reversed() {
      guard let wanted = tensor, operation.outputs.contains(wanted) else { continue }
      switch operation.kind {
      case .softmax: return .softmax
      case .logistic: return .sigmoid
      case .quantize, .dequantize, .reshape, .squeeze, .expandDimensions:
        tensor = operation.inputs.first ?? nil
      default: return nil
      }
    }
    return nil
  }
}

extension Samples {
  /// The same samples, whose inputs are to be given again.
  var reconstructed: Samples {
    Samples(
      inputs: inputs,
      expected: .values(inputs.reshaped(to: Shape([count, count == 0 ? 0 : inputs.count / count])))
    )
  }
}

extension Model {
  /// The shape of one sample, without the batch.
  var inputShape: Shape { shape(of: graph.inputs) }

  /// The shape of one answer, without the batch.
  var outputShape: Shape { shape(of: graph.outputs) }

  /// A runner under the session's memory limit.
  func runner(
    _ session: Session,
    rounding: Rounding = .tflm
  ) throws(GraphError) -> GraphRunner {
    try GraphRunner(graph, rounding: rounding, memoryLimit: session.memoryLimit)
  }

  private func shape(of tensors: [Int]) -> Shape {
    guard let first = tensors.first, graph.tensors.indices.contains(first) else { return Shape([]) }
    return Shape(checking: Array(graph.tensors[first].shape.dropFirst())) ?? Shape([])
  }
}

extension Dataset {
  /// The samples that measure a network: the test part where it has one, else what there is,
  /// validation before training.
  func samplesToMeasure() throws(DatasetError) -> Samples {
    for part in [Part.test, .validation, .train] where count(of: part) > 0 {
      return try samples(of: part)
    }
    return try samples(of: .test)
  }

  /// The part that `samplesToMeasure` takes.
  var measuredPart: Part {
    [Part.test, .validation].first { count(of: $0) > 0 } ?? .train
  }
}

extension Value {
  /// A power.
  static func milliwatts(_ number: Double) -> Value {
    .quantity(Quantity(number / 1000, .power, unit: unit("mW")))
  }
}
