import Charts
import Datasets
import Deployment
import Diagnostics
import Inference
import Language
import Networks
import Tensors

/// `show`, `compare` and `plot`.
enum LookCommands {
  static let rows: [CommandRow] = [show, compare, plot]

  private static let show = CommandRow(
    "show",
    stage: "looking",
    summary: "Show a value in full: layers, lineage, samples, a memory plan, costs.",
    operands: [
      Slot(
        "what",
        [.any],
        catalogue: .subjects,
        isRequired: true,
        "a value, or lineage, plan, cost, quantization or sizes"
      ),
      Slot("of", [.any], "the value whose lineage, plan, cost, quantization or sizes are shown"),
    ],
    prepositions: [
      Slot("on", [.dataset], "data on which 'show quantization' measures what layers cost")
    ],
    options: [
      Slot("samples", [.count], defaultText: "3", range: 1...100, "samples of a data set to draw")
    ],
    example: "show base"
  ) { call throws(Diagnostic) in
    let first = call.operand(0)
    if case .word(let subject) = first.value, CatalogueTable.names(in: .subjects).contains(subject)
    {
      guard call.operands.count > 1 else {
        throw Diagnostic(
          "missing-operand",
          "show \(subject) needs a name",
          at: call.range,
          remedy: "for example 'show \(subject) base'"
        )
      }
      return try show(subject, of: call.operand(1), call)
    }
    if call.operands.count > 1 {
      throw Diagnostic(
        "extra-operand",
        "show takes one value, or one of lineage, plan, cost, quantization and sizes before it",
        at: call.operand(1).range
      )
    }
    let samples = try call.optionalCount("samples")
    for line in ShowText.lines(of: first.value, samples: samples, session: call.session) {
      call.emit(line)
    }
    return CommandResult(first.value, printsItself: false)
  }

  private static func show(
    _ subject: String,
    of given: GivenValue,
    _ call: CommandCall
  ) throws(Diagnostic) -> CommandResult {
    switch (subject, given.value) {
    case ("lineage", .network), ("lineage", .model):
      let entries = try Predictor(given, "show lineage").lineage
      return CommandResult(
        .table(ShowText.lineage(entries, versions: call.session.versions(of: given.text).count))
      )
    case ("plan", .deployment(let value)):
      return CommandResult(.table(DeploymentText.planTable(value.deployed.plan)))
    case ("plan", .model(let model)):
      do throws(DeploymentError) {
        return CommandResult(.table(DeploymentText.planTable(try MemoryPlan.plan(model.graph))))
      } catch {
        throw Diagnostic("deployment", error.description, at: given.range)
      }
    case ("cost", .deployment(let value)):
      guard let cost = value.deployed.cost else {
        throw Diagnostic(
          "no-estimate",
          "nothing is known about how long \(value.deployed.board.core.rawValue) takes",
          at: given.range
        )
      }
      return CommandResult(.table(DeploymentText.costTable(cost, board: value.deployed.board)))
    case ("quantization", .model(let model)):
      return CommandResult(.table(try QuantizationTable.table(of: model, call)))
    case ("sizes", .network), ("sizes", .model):
      return CommandResult(.table(try SizesTable.table(of: given, call)))
    default:
      let wanted =
        switch subject {
        case "lineage", "sizes": "a network or model"
        case "plan": "a deployment or model"
        case "cost": "a deployment"
        default: "a model"
        }
      throw Diagnostic(
        "operand-kind",
        "show \(subject) needs \(wanted), but '\(given.text)' is \(given.value.kindPhrase)",
        at: given.range
      )
    }
  }

  private static let compare = CommandRow(
    "compare",
    stage: "exploring",
    gives: .always(.table),
    summary: "Set networks and models side by side: accuracy, sizes, parameters, MACs.",
    operands: [Slot("list", [.list], isRequired: true, "networks and models")],
    prepositions: [Slot("on", [.dataset], "data to measure them on")],
    example: "compare [base, sparse, lite] on digits.test"
  ) { call throws(Diagnostic) in
    CommandResult(.table(try ModelComparison(call).table()))
  }

  private static let plot = CommandRow(
    "plot",
    stage: "looking",
    gives: .always(.chart),
    summary: "Draw curves, samples, or what a network holds and does inside.",
    operands: [
      Slot("what", [.any], catalogue: .plots, isRequired: true, "what to draw"),
      Slot("of", [.any], "whose"),
    ],
    prepositions: [
      Slot("on", [.dataset], "the data, for charts that need some"),
      Slot("to", [.string], "an .svg file; without it the chart is drawn here"),
    ],
    options: [
      Slot("count", [.count], defaultText: "9", range: 1...400, "samples to draw"),
      Slot(
        "sample",
        [.count],
        defaultText: "0",
        range: 0...1e7,
        "the sample for maps and attention"
      ),
      Slot("head", [.count], defaultText: "0", range: 0...1000, "the head of an attention layer"),
      Slot(
        "derivative",
        [.bool],
        defaultText: "false",
        "slopes of activation functions instead of values"
      ),
      Slot(
        "temperature",
        [.number],
        defaultText: "4",
        range: 1e-3...1e3,
        "what softens the answers of 'plot targets'"
      ),
      Slot("bins", [.count], defaultText: "40", range: 2...500, "bars of a histogram"),
      Slot("x", [.string], "the column of a table that goes to the right"),
      Slot("y", [.string, .list], "the column that goes up, or several"),
      Slot("size", [.string], "the column that is the area of a bubble"),
      Slot("label", [.string], "the column that names a bubble"),
      Slot(
        "dots",
        [.bool],
        defaultText: "false",
        "dots for the first column, lines for the others"
      ),
      Slot("log", [.string], "which axes count in powers: \"x\", \"y\" or \"xy\""),
      Slot("title", [.string], "what stands above the chart"),
    ],
    example: "plot curves base to \"curves.svg\""
  ) { call throws(Diagnostic) in
    let chart = try Plotting(call).chart()
    guard let to = call.after(.to) else { return CommandResult(.chart(ChartValue(chart))) }
    let path = try to.string("plot")
    guard path.hasSuffix(".svg") else {
      throw Diagnostic(
        "file-kind",
        "plot writes .svg files, but here is \(to.text)",
        at: to.range,
        remedy: "end the name in .svg"
      )
    }
    try call.session.stage(Array(ChartSVG.render(chart).utf8), to: path, at: to.range)
    call.emit(PlotArtefact.line(path, chart))
    return CommandResult(.chart(ChartValue(chart)), printsItself: false)
  }
}
