import Charts
import Datasets
import Deployment
import Diagnostics
import Inference
import Language
import Networks
import Tensors

/// Makes the chart that a `plot` command asks for.
struct Plotting {
  let call: CommandCall

  init(_ call: CommandCall) { self.call = call }

  func chart() throws(Diagnostic) -> Chart {
    var chart = try untitled()
    if let given = call.option("title") { chart.title = try given.string("title") }
    return chart
  }

  private func untitled() throws(Diagnostic) -> Chart {
    let first = call.operand(0)
    guard case .word(let word) = first.value, CatalogueTable.names(in: .plots).contains(word) else {
      return try chart(of: first)
    }
    switch word {
    case "curves": return try curves(try subject(word))
    case "weights": return try weights(try subject(word))
    case "confusion": return try confusion(try subject(word))
    case "activations": return try activations(try subject(word))
    case "samples":
      let given = try subject(word)
      if case .network(let network) = given.value { return try generated(by: network, given) }
      return Pictures.chart(
        of: try given.dataset("plot samples"),
        count: try call.count("count", default: 9)
      )
    case "plan": return try plan(try subject(word))
    case "filters": return try filters(try subject(word))
    case "maps": return try maps(try subject(word))
    case "attention": return try attentionMatrix(try subject(word))
    case "latent": return try latent(try subject(word))
    case "bubble": return try bubbles(try subject(word))
    case "reconstructions": return try reconstructions(try subject(word))
    case let word where CompressionPlot.words.contains(word):
      return try CompressionPlot(call).chart(word, of: try subject(word))
    default:
      throw Diagnostic("unknown-word", "plot cannot draw '\(word)'", at: first.range)
    }
  }

  private func subject(_ word: String) throws(Diagnostic) -> GivenValue {
    guard call.operands.count > 1 else {
      throw Diagnostic(
        "missing-operand",
        "plot \(word) needs to know of what",
        at: call.range,
        remedy: "for example '\(call.row.example)'"
      )
    }
    return call.operand(1)
  }

  // MARK: Whole values

  /// A value alone: a chart again, a list or tensor as a curve or matrix, a table's numbers, a
  /// training's curves.
  private func chart(of given: GivenValue) throws(Diagnostic) -> Chart {
    switch given.value {
    case .chart(let chart): return chart.chart
    case .network: return try curves(given)
    case .report(let report) where report.title == "training": return try curves(given)
    case .deployment: return try plan(given)
    case .dataset(let dataset):
      return Pictures.chart(of: dataset, count: try call.count("count", default: 9))
    case .layer: return try weights(given)
    case .table: return try columns(given)
    case .list(let values) where Plotting.areRecords(values): return try columns(given)
    case .list, .tensor:
      let (extents, values) = try NestedNumbers.read(given)
      if extents.count == 2, extents[0] > 1 {
        return Chart(
          title: given.text,
          .matrix(Matrix(columnCount: extents[1], values: values))
        )
      }
      return Chart(
        title: given.text,
        .plot(
          Plot(x: Axis("index"), y: Axis("value"), series: [Series("", values: values, from: 0)])
        )
      )
    default:
      throw Diagnostic(
        "operand-kind",
        "plot cannot draw \(given.value.kindPhrase)",
        at: given.range,
        remedy: "it draws "
          + CatalogueTable.names(in: .plots).joined(separator: ", ") + ", lists, tensors and tables"
      )
    }
  }

  static func number(_ value: Value) -> Double? {
    if case .quantity(let quantity) = value { return quantity.value }
    return value.plainNumber
  }

  // MARK: Curves

  private func curves(_ given: GivenValue) throws(Diagnostic) -> Chart {
    var lists: [(String, [Double])] = []
    switch given.value {
    case .network(let network):
      guard let training = network.training else {
        throw Diagnostic(
          "not-trained",
          "'\(given.text)' has not been trained, so it has no curves",
          at: given.range,
          remedy: "train it first"
        )
      }
      lists = [("training loss", training.loss), ("validation loss", training.validationLoss)]
      if let losses = training.adversarial {
        lists = [("generator", losses.generator), ("discriminator", losses.discriminator)]
      }
    case .report(let report):
      for (field, name) in [("loss", "training loss"), ("validation_loss", "validation loss")] {
        if case .list(let items)? = report.fields[field] {
          lists.append((name, items.compactMap(\.plainNumber)))
        }
      }
    default:
      throw Diagnostic(
        "operand-kind",
        "curves are of a trained network, but '\(given.text)' is \(given.value.kindPhrase)",
        at: given.range
      )
    }
    let series = lists.filter { !$0.1.isEmpty }.map { Series($0.0, values: $0.1) }
    return Chart(
      title: "loss of \(given.text) by epoch",
      .plot(Plot(x: Axis("epoch"), y: Axis("loss", shows: 0), series: series))
    )
  }

  private func weights(_ given: GivenValue) throws(Diagnostic) -> Chart {
    let bins = try call.count("bins", default: 40)
    let values: [Double]
    switch given.value {
    case .network(let network):
      values = network.parameters.flatMap { list in
        list.filter { $0.role == .weights }.flatMap { $0.tensor.values.map { Double($0) } }
      }
    case .layer:
      guard case .tensor(let tensor) = try LayerFacts.tensor(.weights, of: given) else {
        throw Diagnostic("no-weights", "'\(given.text)' has no weights", at: given.range)
      }
      values = tensor.values
    case .tensor(let tensor): values = tensor.values
    case .model(let model):
      values = model.graph.tensors.flatMap { tensor in
        tensor.constant != nil && tensor.type == .int8
          ? (tensor.integerConstant ?? []).map { Double($0) } : []
      }
    default:
      throw Diagnostic(
        "operand-kind",
        "weights are of a network, model, layer or tensor, but '\(given.text)' is "
          + given.value.kindPhrase,
        at: given.range
      )
    }
    return Chart(
      title: "weights of \(given.text)",
      .histogram(Histogram(of: values, bins: bins, axis: Axis("weight")))
    )
  }

  private func confusion(_ given: GivenValue) throws(Diagnostic) -> Chart {
    let predictor = try Predictor(given, "plot confusion")
    guard let on = call.after(.on) else {
      throw TrainingCommands.missing(call, "on", "a dataset")
    }
    let dataset = try on.dataset("plot confusion")
    let samples = try DataCommands.pinned(call, on.range) { () throws(DatasetError) in
      try dataset.samplesToMeasure()
    }
    let evaluation = try predictor.evaluation(on: samples, session: call.session, at: call.range)
    guard let classes = evaluation.classes else {
      throw Diagnostic("no-measure", "a confusion matrix needs classes", at: on.range)
    }
    return Chart(
      title: "\(given.text) on \(on.text)",
      .matrix(Matrix(confusion: classes.confusion, classes: dataset.answers.classNames))
    )
  }

  /// Activation functions over -4...4.
  private func activations(_ given: GivenValue) throws(Diagnostic) -> Chart {
    let items: [Value] = if case .list(let list) = given.value { list } else { [given.value] }
    let isDerivative = try call.flag("derivative", default: false)
    var series: [Series] = []
    for item in items {
      let name: String
      switch item {
      case .builtin(let text): name = text
      default: name = item.wordOrString ?? ""
      }
      guard let function = ActivationFunction(word: name) else {
        throw Diagnostic(
          "unknown-activation",
          "\(name.isEmpty ? item.kindPhrase : "'\(name)'") is no activation function",
          at: given.range,
          remedy: nearestName(to: name, among: CatalogueTable.activationNames)
            .map { "did you mean '\($0)'?" }
            ?? "they are " + CatalogueTable.activationNames.joined(separator: ", ")
        )
      }
      let points = (0...160).map { index -> Point in
        let x = Double(index - 80) / 20
        guard isDerivative else { return Point(x: x, y: function.value(at: x)) }
        // The mean slope of the stretch around x, whose ends are no corners of any function.
        let half = 1.0 / 80
        return Point(
          x: x,
          y: (function.value(at: x + half) - function.value(at: x - half)) / (2 * half)
        )
      }
      series.append(Series(name, function == .step ? .steps : .line, points))
    }
    return Chart(
      title: isDerivative ? "derivatives of activation functions" : "activation functions",
      .plot(
        Plot(
          x: Axis("sum"),
          y: Axis(isDerivative ? "slope" : "output", shows: 0),
          series: series
        )
      )
    )
  }

  private func plan(_ given: GivenValue) throws(Diagnostic) -> Chart {
    let plan: MemoryPlan
    var limit: (Double, String)?
    switch given.value {
    case .deployment(let value):
      plan = value.deployed.plan
      if value.deployed.board.ramBytes <= 4 * plan.arenaBytes {
        limit = (Double(value.deployed.board.ramBytes), "RAM of \(value.deployed.board.id)")
      }
    case .model(let model):
      do throws(DeploymentError) {
        plan = try MemoryPlan.plan(model.graph)
      } catch {
        throw Diagnostic("deployment", error.description, at: given.range)
      }
    default:
      throw Diagnostic(
        "operand-kind",
        "a plan is of a deployment or model, but '\(given.text)' is \(given.value.kindPhrase)",
        at: given.range
      )
    }
    let blocks = plan.placements.map { placement in
      BlockPlan.Block(
        placement.buffer.name,
        start: Double(placement.buffer.lifetime.first),
        end: Double(placement.buffer.lifetime.last + 1),
        bottom: Double(placement.offset),
        top: Double(placement.end)
      )
    }
    return Chart(
      title: "arena of \(given.text)",
      .blocks(
        BlockPlan(
          blocks: blocks,
          x: Axis("operation"),
          y: Axis("bytes", style: .bytes),
          limit: limit?.0,
          limitLabel: limit?.1 ?? ""
        )
      )
    )
  }
}

extension ActivationFunction {
  /// The function at one number; softmax of one number is 1.
  func value(at x: Double) -> Double {
    switch self {
    case .linear: x
    case .relu: max(0, x)
    case .relu6: min(6, max(0, x))
    case .leaky(let slope): x < 0 ? Double(slope) * x : x
    case .sigmoid: ExactMath.sigmoid(x)
    case .tanh: ExactMath.tanh(x)
    case .softmax: 1
    case .softplus: max(0, x) + ExactMath.logOnePlus(ExactMath.exp(-abs(x)))
    case .gelu: x * 0.5 * (1 + ExactMath.erf(x * 0.5.squareRoot()))
    case .hardSwish: x * min(6, max(0, x + 3)) / 6
    case .hardSigmoid: min(6, max(0, x + 3)) / 6
    case .step: x >= 0 ? 1 : 0
    }
  }
}
