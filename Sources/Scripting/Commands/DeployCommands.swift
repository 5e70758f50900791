import Deployment
import Diagnostics
import Inference
import Language

/// `boards` and `deploy`.
enum DeployCommands {
  static let rows: [CommandRow] = [boards, deploy]

  private static let boards = CommandRow(
    "boards",
    stage: "boards",
    gives: .always(.table),
    summary: "List the boards that models can be deployed to.",
    example: "boards"
  ) { _ throws(Diagnostic) in
    CommandResult(
      .table(
        Table(
          columns: ["board", "core", "clock", "RAM", "flash", "power", "chip"],
          rows: Board.all.map { board in
            [
              .string(board.id), .string(board.core.rawValue), .hertz(board.clockHz),
              .memory(board.ramBytes), .memory(board.flashBytes),
              board.power.map { .milliwatts($0.milliwatts) } ?? .none, .string(board.title),
            ]
          },
          notes: ["'print NAME.facts' tells where a board's figures come from"]
        )
      )
    )
  }

  private static let deploy = CommandRow(
    "deploy",
    stage: "boards",
    summary: "Place a model on a board: plan its arena, add up RAM and flash, estimate time.",
    operands: [Slot("model", [.model, .network], isRequired: true, "what to deploy")],
    prepositions: [
      Slot(
        "to",
        [.board, .word, .list],
        catalogue: .boards,
        isRequired: true,
        "a board, or a list of boards"
      )
    ],
    example: "app = deploy lite to nano33"
  ) { call throws(Diagnostic) in
    let given = call.operand(0)
    let model = try frozen(given)
    guard let to = call.after(.to) else { throw TrainingCommands.missing(call, "to", "a board") }
    if case .list(let items) = to.value {
      var deployments: [DeployedModel] = []
      for item in items {
        let board = try board(GivenValue(value: item, range: to.range, text: to.text))
        deployments.append(try place(model, on: board, call))
      }
      if !call.isBound { call.emit(lines: DeploymentText.table(deployments), of: call) }
      return CommandResult(
        .list(deployments.map { .deployment(DeploymentValue($0, model: model)) }),
        printsItself: false
      )
    }
    let deployment = try place(model, on: try board(to), call)
    if let refusal = deployment.refusals.first {
      throw Diagnostic(
        "does-not-fit",
        refusal.description,
        at: to.range,
        remedy: refusal.remedy,
        notes: deployment.refusals.dropFirst().map { Note($0.description) }
      )
    }
    return CommandResult(.deployment(DeploymentValue(deployment, model: model)))
  }

  /// A model, or the refusal of a network with the way to make one of it.
  static func frozen(_ given: GivenValue) throws(Diagnostic) -> Model {
    guard case .network = given.value else { return try given.model("deploy") }
    throw Diagnostic(
      "not-frozen",
      "'\(given.text)' is a network with float weights and gradients, and boards run models",
      at: given.range,
      remedy: "'quantize \(given.text) to int8 calibrate=…' or 'convert \(given.text) to tflite' "
        + "makes one"
    )
  }

  /// A board out of a name or a board value.
  static func board(_ given: GivenValue) throws(Diagnostic) -> Board {
    switch given.value {
    case .board(let board): return board
    case .word(let id), .string(let id):
      if let board = Board.all.first(where: { $0.id == id }) { return board }
      throw Diagnostic(
        "unknown-board",
        "there is no board '\(id)'",
        at: given.range,
        remedy: nearestName(to: id, among: Board.all.map(\.id))
          .map { "did you mean '\($0)'?" } ?? "'boards' lists them"
      )
    default:
      throw Diagnostic(
        "operand-kind",
        "deploy needs a board, but here is \(given.value.kindPhrase)",
        at: given.range,
        remedy: "'boards' lists them"
      )
    }
  }

  static func place(
    _ model: Model,
    on board: Board,
    _ call: CommandCall
  ) throws(Diagnostic) -> DeployedModel {
    do throws(DeploymentError) {
      return try DeployedModel.place(model.graph, on: board)
    } catch {
      throw Diagnostic("deployment", error.description, at: call.range)
    }
  }
}

extension CommandCall {
  /// Shows several lines.
  func emit(lines: [OutputLine], of call: CommandCall) {
    for line in lines { emit(line) }
  }
}
