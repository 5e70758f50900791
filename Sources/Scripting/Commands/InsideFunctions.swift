import Datasets
import Diagnostics
import Networks
import Tensors

/// Functions that look at single samples: what a layer attends to, how far outputs are off.
enum InsideFunctions {
  static let rows: [FunctionRow] = [attention, errors]

  private static let attention = FunctionRow(
    "attention",
    [
      Slot("m", [.network], isRequired: true, "a network"),
      Slot("x", [.dataset, .tensor, .list], isRequired: true, "samples, or one sample"),
      Slot("layer", [.string, .layer], isRequired: true, "the attention layer"),
    ],
    "How much each step looks at each other step: heads x steps x steps, rows summing to 1."
  ) { call throws(Diagnostic) in
    let given = try call.given(0)
    let network = try given.network("attention")
    try call.session.checkWeights(of: network, at: given.range)
    let predictor = try Predictor(given, "attention")
    let (inputs, isOne) = try EngineFunctions.inputs(call, predictor)
    let layer = try call.given(2)
    let name: String
    switch layer.value {
    case .layer(let reference): name = reference.name
    default: name = try layer.string("layer")
    }
    guard network.architecture.index(of: name) != nil else {
      throw EngineMembers.unknownLayer(name, network, at: layer.range)
    }
    do throws(NetworkError) {
      let weights = try network.attentionWeights(for: inputs, of: name)
      return .tensor(EngineFunctions.precise(weights, dropsBatch: isOne))
    } catch {
      throw Diagnostic("network", error.description, at: layer.range)
    }
  }

  private static let errors = FunctionRow(
    "errors",
    [
      Slot("m", [.network, .model], isRequired: true, "a network or model"),
      Slot("d", [.dataset], isRequired: true, "a data set"),
    ],
    "Each sample's mean squared error, as a tensor; an auto-encoder's is by its inputs."
  ) { call throws(Diagnostic) in
    let predictor = try Predictor(try call.given(0), "errors")
    let given = try call.given(1)
    let dataset = try given.dataset("errors")
    var samples: Samples
    do throws(DatasetError) {
      samples = try dataset.samplesToMeasure()
    } catch {
      throw Diagnostic("data", error.description, at: given.range, remedy: error.remedy)
    }
    if predictor.reconstructsInput { samples = samples.reconstructed }
    guard case .values(let expected) = samples.expected else {
      throw Diagnostic(
        "no-measure",
        "errors are of numbers, and these targets are classes",
        at: call.range,
        remedy: "use accuracy or confusion"
      )
    }
    let outputs = try predictor.outputs(for: samples.inputs, session: call.session, at: call.range)
    guard outputs.count == expected.count else {
      throw Diagnostic(
        "network",
        "the network gives \(outputs.count / samples.count) numbers for a sample, but the data has"
          + " \(expected.count / samples.count)",
        at: call.range
      )
    }
    let width = outputs.count / samples.count
    var means: [Double] = []
    for sample in 0..<samples.count {
      var sum = 0.0
      for index in sample * width..<(sample + 1) * width {
        let distance = Double(outputs[index]) - Double(expected[index])
        sum += distance * distance
      }
      means.append(sum / Double(max(1, width)))
    }
    return .tensor(PreciseTensor(Shape([samples.count]), means))
  }
}
