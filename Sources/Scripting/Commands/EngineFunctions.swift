import Compression
import Datasets
import Deployment
import Diagnostics
import Inference
import Networks
import Tensors

/// Functions of networks, models, data sets and deployments.
public enum EngineFunctions {
  /// All rows, in the order of the documentation.
  public static let rows: [FunctionRow] =
    measures + outputs + counts + boards + insides + InsideFunctions.rows

  private static let machine: [Slot] = [
    Slot("m", [.network, .model], isRequired: true, "a network or model")
  ]
  private static let machineOrLayer: [Slot] = [
    Slot("m", [.network, .model, .layer], isRequired: true, "a network, model or layer")
  ]
  private static let machineAndData: [Slot] =
    machine + [Slot("d", [.dataset], isRequired: true, "a data set")]

  // MARK: Measures

  private static let measures: [FunctionRow] = [
    measure("accuracy", "Share of samples whose most likely class is right.") { $0.accuracy },
    measure("loss", "Mean loss, by the loss of the last training.") { $0.loss },
    measure("precision", "Mean over classes of right among predicted.") { $0.classes?.precision },
    measure("recall", "Mean over classes of right among expected.") { $0.classes?.recall },
    measure("f1", "Harmonic mean of precision and recall.") { $0.classes?.f1 },
    measure("auc", "Area under the curve of true against false positives.") { $0.classes?.area },
    measure("mae", "Mean absolute error.") { $0.values?.meanAbsoluteError },
    measure("rmse", "Root of the mean squared error.") { $0.values?.rootMeanSquareError },
    measure("r2", "Share of the variance that is explained.") { $0.values?.determination },
    FunctionRow(
      "confusion",
      machineAndData,
      "Counts of samples by true (rows) and predicted class."
    ) { call throws(Diagnostic) in
      let evaluation = try evaluation(call)
      guard let classes = evaluation.classes else { throw notThere("confusion", call) }
      return .list(classes.confusion.map { row in .list(row.map { .number(Double($0)) }) })
    },
  ]

  private static func measure(
    _ name: String,
    _ summary: String,
    _ value: @escaping @Sendable (Evaluation) -> Double?
  ) -> FunctionRow {
    FunctionRow(name, machineAndData, summary, gives: .number) { call throws(Diagnostic) in
      guard let number = value(try evaluation(call)) else { throw notThere(name, call) }
      return .number(number)
    }
  }

  private static func evaluation(_ call: FunctionCall) throws(Diagnostic) -> Evaluation {
    let predictor = try Predictor(try call.given(0), call.row.name)
    let given = try call.given(1)
    let dataset = try given.dataset(call.row.name)
    let samples: Samples
    do throws(DatasetError) {
      samples = try dataset.samplesToMeasure()
    } catch {
      throw Diagnostic("data", error.description, at: given.range, remedy: error.remedy)
    }
    return try predictor.evaluation(on: samples, session: call.session, at: given.range)
  }

  private static func notThere(_ name: String, _ call: FunctionCall) -> Diagnostic {
    let isOfClasses = !["mae", "rmse", "r2"].contains(name)
    return Diagnostic(
      "no-measure",
      "\(name) is a measure of \(isOfClasses ? "classes, and these targets are numbers" : "numbers, and these targets are classes")",
      at: call.range,
      remedy: isOfClasses ? "use mae, rmse or r2" : "use accuracy, precision, recall or f1"
    )
  }

  // MARK: Outputs

  private static let outputs: [FunctionRow] = [
    FunctionRow(
      "predict",
      machine + [
        Slot("x", [.dataset, .tensor, .list, .number], isRequired: true, "samples, or one sample")
      ],
      "The outputs: one row per sample, or the outputs of one sample."
    ) { call throws(Diagnostic) in
      let predictor = try Predictor(try call.given(0), "predict")
      let (inputs, isOne) = try inputs(call, predictor)
      let outputs = try predictor.outputs(for: inputs, session: call.session, at: call.range)
      return .tensor(precise(outputs, dropsBatch: isOne))
    },
    FunctionRow(
      "activations",
      machine + [
        Slot("x", [.dataset, .tensor, .list, .number], isRequired: true, "samples, or one sample"),
        Slot("layer", [.string, .layer], isRequired: true, "the layer's name"),
      ],
      "What a layer gives for the samples.",
      gives: .tensor
    ) { call throws(Diagnostic) in
      let predictor = try Predictor(try call.given(0), "activations")
      let (inputs, isOne) = try inputs(call, predictor)
      let given = try call.given(2)
      let name: String
      switch given.value {
      case .layer(let layer): name = layer.name
      default: name = try given.string("layer")
      }
      guard case .network(let network) = predictor else {
        throw Diagnostic(
          "operand-kind",
          "activations are of a network's layers",
          at: try call.given(0).range,
          remedy: "give the network that the model was made of"
        )
      }
      guard network.architecture.index(of: name) != nil else {
        throw EngineMembers.unknownLayer(name, network, at: given.range)
      }
      do throws(NetworkError) {
        let values = try network.activations(
          for: inputs,
          of: name,
          threads: call.session.host.threads
        )
        return .tensor(precise(values, dropsBatch: isOne))
      } catch {
        throw Diagnostic("network", error.description, at: call.range)
      }
    },
  ]

  static func inputs(
    _ call: FunctionCall,
    _ predictor: Predictor
  ) throws(Diagnostic) -> (Tensor, isOne: Bool) {
    let given = try call.given(1)
    guard case .dataset(let dataset) = given.value else {
      let (extents, values) = try NestedNumbers.read(given)
      let tensor = try SampleInput.tensor(
        extents,
        values,
        for: predictor.inputShape,
        at: given.range
      )
      return (tensor, tensor.shape.extents[0] == 1 && extents != tensor.shape.extents)
    }
    do throws(DatasetError) {
      return (try dataset.samplesToMeasure().inputs, false)
    } catch {
      throw Diagnostic("data", error.description, at: given.range, remedy: error.remedy)
    }
  }

  /// A float tensor for scripts, without the batch if there is one sample.
  static func precise(_ tensor: Tensor, dropsBatch: Bool = false) -> PreciseTensor {
    let extents = tensor.shape.extents
    let shape = dropsBatch && extents.first == 1 ? Shape(Array(extents.dropFirst())) : tensor.shape
    return PreciseTensor(shape, tensor.values.map { Double($0) })
  }

  // MARK: Counts

  private static let counts: [FunctionRow] = [
    FunctionRow(
      "parameters",
      machineOrLayer + [Slot("all", [.bool], defaultText: "false", "add batch-norm statistics")],
      "How many numbers training changes.",
      gives: .number
    ) { call throws(Diagnostic) in
      let given = try call.given(0)
      switch given.value {
      case .layer(let layer):
        return .number(Double(LayerFacts.parameters(layer)))
      case .model(let model): return .number(Double(model.graph.parameterCount))
      default:
        let all = try call.flag(1, default: false)
        return .number(
          Double(
            try given.network("parameters").architecture.parameterCount(includingStatistics: all)
          )
        )
      }
    },
    FunctionRow(
      "macs",
      machineOrLayer,
      "Multiply-accumulates of one sample in layers with weights.",
      gives: .number
    ) { call throws(Diagnostic) in
      let given = try call.given(0)
      switch given.value {
      case .model(let model): return .number(Double(model.graph.macCount))
      case .layer(let layer): return .number(Double(LayerFacts.macs(layer)))
      default: return .number(Double(try given.network("macs").architecture.macCount))
      }
    },
    FunctionRow("size", machine, "Bytes of the weights as stored.", gives: .bytes) {
      call throws(Diagnostic) in
      switch try Predictor(try call.given(0), "size") {
      case .network(let network): .storage(network.parameterBytes)
      case .model(let model): .storage(model.graph.parameterBytes)
      }
    },
    FunctionRow("zip", machine, "Bytes of the stored weights, deflated at level 9.") {
      call throws(Diagnostic) in
      switch try Predictor(try call.given(0), "zip") {
      case .network(let network): .storage(network.deflatedBytes)
      case .model(let model): .storage(model.graph.deflatedBytes)
      }
    },
    FunctionRow(
      "huffman",
      machine,
      "Bytes of the weights in Huffman words, with their tables.",
      gives: .bytes
    ) {
      call throws(Diagnostic) in
      switch try Predictor(try call.given(0), "huffman") {
      case .network(let network): .storage(WeightSizes(network).huffmanBytes)
      case .model(let model): .storage(WeightSizes(model.graph).huffmanBytes)
      }
    },
    FunctionRow("filesize", machine, "Bytes of the .tflite file.", gives: .bytes) {
      call throws(Diagnostic) in
      let model = try Freezing.model(of: try call.given(0), lineage: "filesize")
      return .storage(try FileCommands.fileBytes(of: model, at: call.range).count)
    },
    FunctionRow(
      "bytes",
      machine + [Slot("first", [.count], range: 1...1e6, "only that many")],
      "The bytes of the .tflite file as whole numbers from 0 to 255; 4 to 7 spell TFL3.",
      gives: .list
    ) { call throws(Diagnostic) in
      let given = try call.given(0)
      let model = try Freezing.model(of: given, lineage: "bytes")
      let file = try FileCommands.fileBytes(of: model, at: call.range)
      var first = file.count
      if call.arguments.count > 1, let given = call.arguments[1] {
        first = Int(try given.number("first"))
      }
      guard min(first, file.count) <= 1_000_000 else {
        throw Diagnostic(
          "out-of-range",
          "the file has \(NumberFormat.grouped(file.count)) B, too many for a list of numbers",
          at: given.range,
          remedy: "write first=, as in bytes(m, first=16), or export it"
        )
      }
      return .list(file.prefix(first).map { .number(Double($0)) })
    },
    FunctionRow(
      "sparsity",
      [Slot("m", [.network, .model, .layer, .tensor], isRequired: true, "what has weights")],
      "Share of prunable weights that are exactly zero.",
      gives: .number
    ) { call throws(Diagnostic) in
      let given = try call.given(0)
      switch given.value {
      case .layer(let layer): return .number(LayerFacts.sparsity(layer))
      case .tensor(let tensor):
        let zeros = tensor.values.count { $0 == 0 }
        return .number(tensor.values.isEmpty ? 0 : Double(zeros) / Double(tensor.values.count))
      default:
        switch try Predictor(given, "sparsity") {
        case .network(let network): return .number(network.sparsity)
        case .model(let model): return .number(model.graph.sparsity)
        }
      }
    },
    FunctionRow(
      "distinct",
      [Slot("layer", [.layer, .tensor, .network, .model], isRequired: true, "a layer or tensor")],
      "How many different weights there are.",
      gives: .number
    ) { call throws(Diagnostic) in
      let given = try call.given(0)
      switch given.value {
      case .layer(let layer): return .number(Double(LayerFacts.distinct(layer)))
      case .tensor(let tensor): return .number(Double(Set(tensor.values).count))
      default: return .number(Double(LayerFacts.distinct(in: try Predictor(given, "distinct"))))
      }
    },
    FunctionRow("digest", machine, "SHA-256 of the weights, hexadecimal.", gives: .string) {
      call throws(Diagnostic) in
      switch try Predictor(try call.given(0), "digest") {
      case .network(let network): .string(network.digest())
      case .model(let model): .string(model.graph.digest())
      }
    },
    FunctionRow(
      "lineage",
      machine,
      "The names of the commands that made it, in order.",
      gives: .list
    ) {
      call throws(Diagnostic) in
      .list(try Predictor(try call.given(0), "lineage").lineage.map { .string($0.command) })
    },
  ]

  // MARK: Boards

  private static let modelAndBoard: [Slot] = [
    Slot("m", [.model], isRequired: true, "a model"),
    Slot("board", [.board, .word], catalogue: .boards, isRequired: true, "a board"),
  ]

  private static let boards: [FunctionRow] = [
    onBoard("arena", "Bytes of RAM for the values between layers.") { .memory($0.ram.arenaBytes) },
    onBoard("ram", "Bytes of RAM with stack and runtime.") { .memory($0.ram.totalBytes) },
    onBoard("flash", "Bytes of flash with code and runtime.") { .memory($0.flash.totalBytes) },
    onBoard("latency", "Estimated time of one inference.") {
      $0.estimatedMilliseconds.map { .milliseconds($0) } ?? .none
    },
    onBoard("energy", "Estimated energy of one inference.") {
      $0.estimatedMicrojoules.map { .microjoules($0) } ?? .none
    },
  ]

  private static func onBoard(
    _ name: String,
    _ summary: String,
    _ value: @escaping @Sendable (DeployedModel) -> Value
  ) -> FunctionRow {
    FunctionRow(name, modelAndBoard, summary) { call throws(Diagnostic) in
      let model = try DeployCommands.frozen(try call.given(0))
      let board = try DeployCommands.board(try call.given(1))
      do throws(DeploymentError) {
        return value(try DeployedModel.place(model.graph, on: board))
      } catch {
        throw Diagnostic("deployment", error.description, at: call.range)
      }
    }
  }

  // MARK: Insides

  private static let layer: [Slot] = [
    Slot("layer", [.layer], isRequired: true, "a layer, such as base.dense1")
  ]

  private static let insides: [FunctionRow] = [
    FunctionRow("weights", layer, "A layer's weights as a tensor.", gives: .tensor) {
      call throws(Diagnostic) in
      try LayerFacts.tensor(.weights, of: try call.given(0))
    },
    FunctionRow("bias", layer, "A layer's biases as a tensor.", gives: .tensor) {
      call throws(Diagnostic) in
      try LayerFacts.tensor(.bias, of: try call.given(0))
    },
  ]
}

extension FunctionCall {
  /// An argument that the row requires.
  func given(_ index: Int) throws(Diagnostic) -> GivenValue {
    guard index < arguments.count, let given = arguments[index] else {
      throw Diagnostic(
        "missing-argument",
        "\(row.name) needs \(row.parameters[min(index, row.parameters.count - 1)].name)",
        at: range
      )
    }
    return given
  }

  /// A truth argument.
  func flag(_ index: Int, default standard: Bool) throws(Diagnostic) -> Bool {
    guard index < arguments.count, let given = arguments[index] else { return standard }
    guard case .bool(let flag) = given.value else {
      throw Diagnostic(
        "option-kind",
        "\(row.parameters[index].name) is true or false, but here is \(given.value.kindPhrase)",
        at: given.range
      )
    }
    return flag
  }
}
