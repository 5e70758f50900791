import Deployment
import Diagnostics
import FoundationEssentials
import Language
import Tensors

/// Writes values for another process and reads those that it sends.
struct ValueCarrier {
  /// The files that functions may stand in; both processes have them in the same order.
  private(set) var sources: [SourceFile]
  /// Functions that were written, whose names have to be carried too.
  private(set) var functions: [FunctionValue] = []
  /// Whether a function of a file that is not among the sources adds it to them.
  let addsSources: Bool

  init(sources: [SourceFile], addsSources: Bool) {
    self.sources = sources
    self.addsSources = addsSources
  }

  mutating func save(_ value: Value) throws(NotCarried) -> SavedValue {
    switch value {
    case .none: return .none
    case .bool(let bool): return .bool(bool)
    case .number(let number): return .number(number)
    case .quantity(let quantity): return .quantity(quantity)
    case .string(let text): return .string(text)
    case .shape(let extents): return .shape(extents)
    case .list(let values): return .list(try save(values))
    case .record(let record): return try save(record)
    case .range(let range):
      return .range(
        lower: try save(range.lower),
        upper: try save(range.upper),
        step: try range.step.map { (step) throws(NotCarried) in try save(step) }
      )
    case .function(let function): return .function(try save(function))
    case .builtin(let name): return .builtin(name)
    case .tensor(let tensor):
      return .tensor(extents: tensor.shape.extents, values: tensor.values)
    case .word(let word): return .word(word)
    case .dataset(let dataset): return .dataset(dataset)
    case .network(let network): return .network(try SavedNetwork(network))
    case .model(let model): return .model(try SavedModel(model))
    case .layer(let layer):
      return .layer(owner: try save(layer.owner), index: layer.index, name: layer.name)
    case .board(let board): return .board(board)
    case .deployment(let deployment):
      return .deployment(model: try SavedModel(deployment.model), board: deployment.deployed.board)
    case .report(let report):
      return .report(title: report.title, fields: try save(report.fields), lines: report.lines)
    case .table(let table):
      var rows: [[SavedValue]] = []
      for row in table.rows { rows.append(try save(row)) }
      return .table(columns: table.columns, rows: rows, title: table.title, notes: table.notes)
    case .chart: throw NotCarried("a chart is only drawn")
    }
  }

  /// Whether a value can be written.
  mutating func canSave(_ value: Value) -> Bool { (try? save(value)) != nil }

  private mutating func save(_ values: [Value]) throws(NotCarried) -> [SavedValue] {
    var saved: [SavedValue] = []
    for value in values { saved.append(try save(value)) }
    return saved
  }

  private mutating func save(_ record: Record) throws(NotCarried) -> SavedValue {
    .record(names: record.names, values: try save(record.values))
  }

  private mutating func save(_ function: FunctionValue) throws(NotCarried) -> SavedFunction {
    guard function.captures.cells.isEmpty else {
      throw NotCarried("the function '\(function.name)' closes over variables of another")
    }
    let code = function.code
    if addsSources, !sources.contains(code.source) { sources.append(code.source) }
    guard let source = sources.firstIndex(of: code.source),
      FunctionText(code.source, code.range).statement != nil
    else { throw NotCarried("the function '\(function.name)' has no text of its own") }
    functions.append(function)
    return SavedFunction(
      source: source,
      start: code.range.start,
      end: code.range.end,
      name: function.name
    )
  }

  /// The value that was written; functions are resolved with the session's names.
  func value(
    of saved: SavedValue,
    in session: Session,
    knownNames: Set<String>
  ) throws -> Value {
    func value(_ saved: SavedValue) throws -> Value {
      try self.value(of: saved, in: session, knownNames: knownNames)
    }
    switch saved {
    case .none: return .none
    case .bool(let bool): return .bool(bool)
    case .number(let number): return .number(number)
    case .quantity(let quantity): return .quantity(quantity)
    case .string(let text): return .string(text)
    case .shape(let extents): return .shape(extents)
    case .list(let values): return .list(try values.map(value))
    case .record(let names, let values):
      return .record(Record(Array(zip(names, try values.map(value)))))
    case .range(let lower, let upper, let step):
      return .range(
        RangeValue(lower: try value(lower), upper: try value(upper), step: try step.map(value))
      )
    case .function(let function):
      guard sources.indices.contains(function.source) else { throw NotCarried("no such file") }
      let text = FunctionText(
        sources[function.source],
        SourceRange(function.start, function.end)
      )
      return try text.value(named: function.name, in: session, knownNames: knownNames)
    case .builtin(let name): return .builtin(name)
    case .tensor(let extents, let values):
      guard let shape = Shape(checking: extents), shape.count == values.count else {
        throw NotCarried("a damaged tensor")
      }
      return .tensor(PreciseTensor(shape, values))
    case .word(let word): return .word(word)
    case .dataset(let dataset): return .dataset(dataset)
    case .network(let network): return .network(try network.network())
    case .model(let model): return .model(try model.model())
    case .layer(let owner, let index, let name):
      return .layer(LayerReference(owner: try value(owner), index: index, name: name))
    case .board(let board): return .board(board)
    case .deployment(let model, let board):
      let model = try model.model()
      return .deployment(
        DeploymentValue(try DeployedModel.place(model.graph, on: board), model: model)
      )
    case .report(let title, let fields, let lines):
      guard case .record(let record) = try value(fields) else { throw NotCarried("no fields") }
      return .report(Report(title: title, fields: record, lines: lines))
    case .table(let columns, let rows, let title, let notes):
      return .table(
        Table(
          columns: columns,
          rows: try rows.map { try $0.map(value) },
          title: title,
          notes: notes
        )
      )
    }
  }
}

/// The text of a function in its file.
struct FunctionText {
  let source: SourceFile
  let range: SourceRange

  init(_ source: SourceFile, _ range: SourceRange) {
    self.source = source
    self.range = range
  }

  /// The one statement of the text, at its place in the file; nil if it is more, or less.
  var statement: Statement? {
    guard let statement = source.statement(at: range) else { return nil }
    switch statement {
    case .function, .value(.function): return statement
    case .network(let network) where network.parameters != nil: return statement
    case .assignment, .network, .board, .forLoop, .whileLoop, .conditional, .returnValue,
      .breakLoop, .continueLoop, .check, .expect, .value:
      return nil
    }
  }

  /// The names that it reads from around it, and the rest that is known of its text.
  var names: FreeNames {
    var names = FreeNames()
    if let statement { names.visit(statement) }
    return names
  }

  /// Resolves it anew.
  func value(
    named name: String,
    in session: Session,
    knownNames: Set<String>
  ) throws -> Value {
    let compiler = Compiler(
      source: source,
      session: session,
      knownNames: knownNames,
      defersInFunctions: true
    )
    guard let statement, let node = compiler.functionNode(statement),
      !compiler.diagnostics.contains(where: { $0.severity == .error })
    else { throw NotCarried("the function '\(name)' cannot be resolved again") }
    node.code.name = name
    return .function(FunctionValue(code: node.code, captures: .empty()))
  }
}

extension SourceFile {
  /// The one statement that a piece of this file is, with its ranges in the file; nil if the piece
  /// is no whole statement.
  func statement(at range: SourceRange) -> Statement? {
    guard range.start >= 0, range.start < range.end, range.end <= bytes.count else { return nil }
    // Everything else becomes blank, so that places stay what they are.
    var blank = bytes
    for index in blank.indices where index < range.start || index >= range.end {
      if blank[index] != UInt8(ascii: "\n") { blank[index] = UInt8(ascii: " ") }
    }
    let program = Parser.parse(
      SourceFile(name: name, bytes: blank),
      vocabulary: Session.vocabulary
    )
    guard program.statements.count == 1, program.diagnostics.allSatisfy({ $0.severity != .error }),
      program.statements[0].range == range
    else { return nil }
    return program.statements[0]
  }
}
