import Diagnostics
import Language
import Networks
import Tensors

/// What a prompt says about one line of a network that is being written.
public struct LayerAnswer: Hashable, Sendable {
  /// Number of the line in the text, from 0.
  public var line: Int
  /// `24x24x12  120 parameters  69,120 MACs`, or what is wrong.
  public var text: String
  /// Whether `text` says what is wrong.
  public var isError: Bool
}

extension Session {
  /// Work that answering may take, so that a loop in a block never holds up typing.
  private static let answerSteps = 200_000

  /// Answers to the layer lines of the last `network` block in a text, which may still be open.
  ///
  /// Lines are evaluated with the session's names and without any effect: what a loop binds is taken
  /// back, nothing is written, no random stream moves. Nothing is answered behind the first line
  /// that is wrong, nor for networks with parameters, whose shapes only a call decides.
  public func layerAnswers(in text: String) -> [LayerAnswer] {
    let source = SourceFile(name: "", text: text + Session.closers(of: text))
    let program = Parser.parse(source, vocabulary: Session.vocabulary)
    guard case .network(let declaration)? = program.statements.last,
      declaration.parameters == nil
    else { return [] }
    var answers: [LayerAnswer] = []
    withoutEffects {
      let (layers, failure) = evaluatedLayers(of: declaration, in: program)
      answers = plannedAnswers(
        to: layers,
        of: declaration.name,
        in: source,
        until: text.utf8.count
      )
      if let failure, answers.last?.isError != true {
        answers.append(answer(failure, in: source))
      }
    }
    let lineCount = text.utf8.count { $0 == UInt8(ascii: "\n") } + 1
    return answers.filter { $0.line < lineCount }
  }

  /// The brackets that would close those open at the end of `text`.
  private static func closers(of text: String) -> String {
    var open: [Character] = []
    for token in Lexer.tokens(of: SourceFile(name: "", text: text)) {
      switch token.kind {
      case .leftParenthesis: open.append(")")
      case .leftBracket: open.append("]")
      case .leftBrace: open.append("}")
      case .rightParenthesis, .rightBracket, .rightBrace: _ = open.popLast()
      default: break
      }
    }
    return "\n" + String(open.reversed())
  }

  private func evaluatedLayers(
    of declaration: NetworkDeclaration,
    in program: Program
  ) -> (layers: [EvaluatedLayer], failure: Diagnostic?) {
    var names = FreeNames()
    names.visit(program.statements)
    let compiler = Compiler(
      source: program.source,
      session: self,
      knownNames: namesInUse.union(names.bound),
      defersInFunctions: true
    )
    let items = zip(declaration.items, compiler.items(declaration.items))
    let mistake = compiler.diagnostics.first { $0.severity == .error }
    var layers: [EvaluatedLayer] = []
    var failure: Diagnostic?
    onDeepStack {
      do throws(Diagnostic) {
        try self.withTopFrame { (frame) throws(Diagnostic) in
          for (item, node) in items {
            if let mistake, mistake.range.start < item.range.end { throw mistake }
            layers += try [node].evaluated(frame)
          }
        }
      } catch {
        failure = error
      }
    }
    return (layers, failure)
  }

  /// One answer a line; the layers that a loop makes of one line are answered together, with the
  /// last one's shape.
  private func plannedAnswers(
    to layers: [EvaluatedLayer],
    of name: Name,
    in source: SourceFile,
    until textEnd: Int
  ) -> [LayerAnswer] {
    var sheet = AnswerSheet(name: name, source: source, textEnd: textEnd)
    do throws(Diagnostic) {
      try answer(layers, behind: [], nodeCount: 0, on: &sheet)
    } catch {
      sheet.replace(answer(error, in: source))
    }
    return sheet.answers
  }

  /// Answers lines that stand behind others; those inside a block are answered as a sequence, and a
  /// closed block as a whole where it ends.
  private func answer(
    _ lines: [EvaluatedLayer],
    behind before: [EvaluatedLayer],
    nodeCount: Int,
    on sheet: inout AnswerSheet
  ) throws(Diagnostic) {
    var before = before
    var nodeCount = nodeCount
    for line in lines {
      for inner in line.kind.text == "branches" ? line.block ?? [] : [line] {
        if let block = inner.block {
          try answer(block, behind: before, nodeCount: nodeCount, on: &sheet)
        }
      }
      if let shortcut = line.shortcut {
        try answer(shortcut, behind: before, nodeCount: nodeCount, on: &sheet)
      }
      guard line.block == nil || line.range.end <= sheet.textEnd else { return }
      before.append(line)
      let architecture = try architecture(of: before, sheet.name)
      sheet.add(architecture, from: nodeCount, line)
      nodeCount = architecture.nodes.count
    }
  }

  /// The architecture so far; an input alone is one too while the block is open.
  private func architecture(
    of layers: [EvaluatedLayer],
    _ name: Name
  ) throws(Diagnostic) -> Architecture {
    if layers.count == 1, layers[0].kind.text == "input" {
      let shape = try LayerArguments(layers[0]).shape(0)
      if let architecture = try? Architecture(input: shape) { return architecture }
    }
    return try NetworkBuilder.plan(name: name, layers: layers, session: self).architecture
  }

  private func answer(_ diagnostic: Diagnostic, in source: SourceFile) -> LayerAnswer {
    LayerAnswer(
      line: source.lineNumber(of: diagnostic.range.start) - 1,
      text: printable(diagnostic.message),
      isError: true
    )
  }

  /// Runs `body` and takes back all that it has changed; what it writes is dropped.
  private func withoutEffects(_ body: () -> Void) {
    let before = (
      state, limits, outputBytes, output, warnings, staged, isQuitting, stepsAtCellStart
    )
    beginSavepoint()
    stepsAtCellStart = machine.steps
    limits = SessionLimits(steps: Session.answerSteps, outputBytes: 0)
    outputBytes = 1
    machine.nextCheck = machine.steps
    body()
    rollBackSavepoint()
    (state, limits, outputBytes, output, warnings, staged, isQuitting, stepsAtCellStart) = before
  }
}

/// The answers given so far to a network that is being written.
private struct AnswerSheet {
  let name: Name
  let source: SourceFile
  /// Where the text ends and the brackets begin that were put behind it.
  let textEnd: Int
  private(set) var answers: [LayerAnswer] = []
  private var totals: [Int: (parameters: Int, macs: Int)] = [:]

  init(name: Name, source: SourceFile, textEnd: Int) {
    self.name = name
    self.source = source
    self.textEnd = textEnd
  }

  /// Answers a line with the shape so far and what it has added to the nodes.
  mutating func add(_ architecture: Architecture, from nodeCount: Int, _ layer: EvaluatedLayer) {
    let end = layer.block == nil ? layer.range.start : max(layer.range.start, layer.range.end - 1)
    let line = source.lineNumber(of: end) - 1
    var (parameters, macs) = layer.block == nil ? totals[line] ?? (0, 0) : (0, 0)
    for node in nodeCount..<architecture.nodes.count {
      parameters += architecture.parameterShapes(of: node)
        .reduce(0) { $0 + ($1.role.isTrainable ? $1.shape.count : 0) }
      macs += architecture.macCount(of: node)
    }
    totals[line] = (parameters, macs)
    var text = "\(architecture.outputShape)"
    if parameters > 0 { text += "  \(NumberFormat.grouped(parameters)) parameters" }
    if macs > 0 { text += "  \(NumberFormat.grouped(macs)) MACs" }
    replace(LayerAnswer(line: line, text: text, isError: false))
  }

  /// Gives a line its answer, whatever it had.
  mutating func replace(_ answer: LayerAnswer) {
    answers.removeAll { $0.line == answer.line }
    answers.append(answer)
  }
}
