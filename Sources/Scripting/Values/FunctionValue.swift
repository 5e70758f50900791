import Diagnostics

/// A function of the script with what it closes over.
///
/// Unchecked: cells are read and written only by the session's own thread.
public final class FunctionValue: @unchecked Sendable {
  /// Its name, or `func` for a function expression.
  public let name: String
  let code: FunctionCode
  let captures: Captures

  init(code: FunctionCode, captures: Captures) {
    name = code.name
    self.code = code
    self.captures = captures
  }

  /// The names of its parameters, for help and completion.
  public var parameterNames: [String] { code.parameters.map(\.name) }
}

/// A variable that outlives its function's frame because a function inside uses it.
final class Cell {
  var value: Value?
}

/// The variables that a running function shares with the functions inside it: first those that it
/// closes over itself, then its own.
final class Captures {
  let cells: [Cell]

  init(_ cells: [Cell]) { self.cells = cells }

  static func empty() -> Captures { Captures([]) }
}

/// What a function runs: made once, where its text is resolved.
final class FunctionCode {
  struct Parameter {
    let name: String
    let defaultValue: Node?
  }

  enum Body {
    case expression(Node)
    case block(StatementNode)
    /// `network name(parameters) { … }`
    case network(NetworkNode)
  }

  var name: String
  let source: SourceFile
  let range: SourceRange
  var parameters: [Parameter] = []
  /// Where each parameter's value goes.
  var parameterPlaces: [LocalPlace] = []
  var body: Body
  /// Slots of its frame.
  var slotCount = 0
  /// How many of its captured variables are its own.
  var ownCellCount = 0
  /// Positions, in the frame around it, of the cells that it closes over.
  var closedOver: [Int] = []
  /// Whether a call with one value per parameter can skip all binding.
  var isSimple = false
  /// Whether it has one parameter, which goes into slot 0.
  var takesOneSlot = false

  init(name: String, source: SourceFile, range: SourceRange, body: Body) {
    self.name = name
    self.source = source
    self.range = range
    self.body = body
  }
}

/// Where a function keeps a variable.
enum LocalPlace: Hashable {
  case slot(Int)
  case cell(Int)
}
