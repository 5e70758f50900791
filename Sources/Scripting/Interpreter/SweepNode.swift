import Diagnostics
import Language

/// `sweep NAME in values { … }`: a table with a row per value.
final class SweepNode: StageNode {
  /// Where the sweep stands, which decides what its names mean.
  struct Scene {
    let source: SourceFile
    /// The names that have a value by the time the sweep runs.
    let knownNames: Set<String>
    let isInFunction: Bool
    let isInCheck: Bool
  }

  /// The sweep as it is written.
  let sweep: Sweep
  let scene: Scene
  private let place: Place
  private let values: Node
  private let options: [(name: Name, argument: CommandArgument)]
  private let body: StatementNode
  /// The value statement at the end of the block, whose record is the row.
  private let result: ValueStatementNode

  init(
    _ sweep: Sweep,
    place: Place,
    values: Node,
    options: [(name: Name, argument: CommandArgument)],
    body: StatementNode,
    result: ValueStatementNode,
    scene: Scene
  ) {
    self.sweep = sweep
    self.place = place
    self.values = values
    self.options = options
    self.body = body
    self.result = result
    self.scene = scene
    super.init(sweep.range)
  }

  override func run(
    _ frame: Frame,
    piped: GivenValue?,
    use: CommandUse
  ) throws(Diagnostic) -> CommandResult {
    let session = frame.machine.session
    var given: [String: GivenValue] = [:]
    for (name, argument) in options { given[name.text] = try argument.given(frame) }
    let sequence = try Sequences.sequence(of: try values.evaluate(frame), at: values.range)
    session.sweepDepth += 1
    defer { session.sweepDepth -= 1 }
    let request = try WorkerRequest(given, points: sequence.count)
    if let request,
      let run = try SweepRun(self, sequence, request, session: session)
    {
      return CommandResult(.table(table(try run.rows(frame))))
    }
    var rows: [Row] = []
    for index in 0..<sequence.count {
      guard let row = try row(for: sequence[index], frame) else {
        return CommandResult(.none, printsItself: false)
      }
      rows.append(row)
    }
    return CommandResult(.table(table(rows)))
  }

  /// The fields of a row, in order.
  typealias Row = [(name: String, value: Value)]

  /// Runs the block for one value; nil if it returned from the function around it.
  func row(for value: Value, _ frame: Frame) throws(Diagnostic) -> Row? {
    try frame.machine.step(range)
    try place.set(value, frame, at: sweep.name.range)
    // A `break` or `continue` cannot leave the block of a sweep.
    if case .returned = try body.run(frame) { return nil }
    let (last, _) = try result.evaluateUnbound(frame)
    return [(sweep.name.text, value)] + (try fields(of: last))
  }

  private func table(_ rows: [Row]) -> Table {
    var columns = [sweep.name.text]
    for row in rows {
      for (field, _) in row where !columns.contains(field) { columns.append(field) }
    }
    return Table(
      columns: columns,
      rows: rows.map { row in
        columns.map { column in row.last { $0.name == column }?.value ?? .none }
      }
    )
  }

  private func fields(of value: Value) throws(Diagnostic) -> Row {
    let record: Record
    switch value {
    case .record(let fields): record = fields
    case .report(let report): record = report.fields
    case .number, .quantity, .bool, .string: record = Record([("value", value)])
    case .none, .shape, .list, .range, .function, .builtin, .tensor, .word, .dataset, .network,
      .model, .layer, .board, .deployment, .table, .chart:
      throw Diagnostic(
        "sweep-row",
        "the last value of a sweep's block must be a record, but is \(value.kindPhrase)",
        at: result.range,
        remedy: "for example '({ accuracy: accuracy(net, d) })'"
      )
    }
    return zip(record.names, record.values).map { ($0, $1) }
  }
}
