import Diagnostics
import Language
import Networks
import Tensors

/// An architecture as text: a layer line per node, in the language, with its name behind a colon.
enum ArchitectureText {
  /// The lines of `architecture`.
  static func text(of architecture: Architecture) -> String {
    architecture.nodes.enumerated().map { index, node in
      guard index > 0 else { return "input (\(list(node.outputShape)))" }
      return node.layer.line + (node.isFrozen ? " frozen=true" : "") + " : \(node.name)"
        + (node.inputs == [index - 1]
          ? "" : " # \(node.inputs.map(String.init).joined(separator: " "))")
    }
    .joined(separator: "\n")
  }

  private static func list(_ shape: Shape) -> String {
    "[" + shape.extents.map(String.init).joined(separator: ", ") + "]"
  }

  /// The architecture that the lines describe.
  static func architecture(_ text: String) throws(NetworkFileError) -> Architecture {
    var plan: Architecture?
    for line in text.split(separator: "\n").map(String.init) {
      let layer = try evaluated(line)
      do throws(Diagnostic) {
        guard var architecture = plan else {
          plan = try start(LayerArguments(layer))
          continue
        }
        try add(layer, line, to: &architecture)
        plan = architecture
      } catch {
        throw .badLine(line, reason: error.message)
      }
    }
    guard let plan else { throw .noArchitecture }
    return plan
  }

  private static func start(_ arguments: LayerArguments) throws(Diagnostic) -> Architecture {
    guard arguments.line.kind.text == "input" else {
      throw Diagnostic("input-first", "a network begins with 'input'", at: arguments.line.range)
    }
    let shape = try arguments.shape(0)
    do throws(ArchitectureError) {
      return try Architecture(input: shape)
    } catch {
      throw Diagnostic("input-shape", error.description, at: arguments.line.range)
    }
  }

  private static func add(
    _ evaluated: EvaluatedLayer,
    _ line: String,
    to architecture: inout Architecture
  ) throws(Diagnostic) {
    let layer: Layer
    var isFrozen = false
    switch evaluated.kind.text {
    case "add": layer = .addition
    case "concat": layer = .concatenation
    default:
      let arguments = try LayerArguments(evaluated)
      let layers = try LayerFactory.layers(arguments, vocabulary: nil)
      guard layers.count == 1 else {
        throw Diagnostic("layer-block", "a node is one layer", at: evaluated.kind.range)
      }
      layer = layers[0]
      isFrozen = try arguments.flag("frozen", default: false)
    }
    var inputs: [Int]?
    if let mark = line.lastIndex(of: "#") {
      let indices = line[line.index(after: mark)...].split(separator: " ").compactMap { Int($0) }
      guard !indices.isEmpty, indices.allSatisfy({ architecture.nodes.indices.contains($0) }) else {
        throw Diagnostic("layer-inputs", "its inputs are not there", at: evaluated.range)
      }
      inputs = indices
    }
    do throws(ArchitectureError) {
      try architecture.append(
        layer,
        name: evaluated.label?.text,
        inputs: inputs,
        isFrozen: isFrozen
      )
    } catch {
      throw Diagnostic("layer-shape", error.description, at: evaluated.range)
    }
  }

  /// A line with its operands; only literals and names stand in files.
  private static func evaluated(_ line: String) throws(NetworkFileError) -> EvaluatedLayer {
    let source = SourceFile(name: "architecture", text: "network n {\n\(line)\n}")
    let program = Parser.parse(source, vocabulary: Session.vocabulary)
    guard program.diagnostics.allSatisfy({ $0.severity != .error }),
      case .network(let declaration)? = program.statements.first,
      case .layer(let layer)? = declaration.items.first, declaration.items.count == 1,
      layer.block == nil
    else { throw .badLine(line, reason: "this is no layer line") }
    var operands: [GivenValue] = []
    var options: [(name: Name, given: GivenValue)] = []
    for part in layer.parts {
      switch part {
      case .operand(let expression):
        operands.append(try literal(expression, source, line))
      case .option(let name, let expression):
        options.append((name, try literal(expression, source, line)))
      case .preposition: throw .badLine(line, reason: "a layer takes no preposition")
      }
    }
    return EvaluatedLayer(
      kind: layer.kind,
      operands: operands,
      options: options,
      block: nil,
      shortcut: nil,
      label: layer.label,
      range: layer.range
    )
  }

  private static func literal(
    _ expression: Expression,
    _ source: SourceFile,
    _ line: String
  ) throws(NetworkFileError) -> GivenValue {
    let value: Value
    switch expression {
    case .number(let number, _): value = .number(number)
    case .shape(let extents, _): value = .shape(extents)
    case .bool(let flag, _): value = .bool(flag)
    case .name(let name): value = .word(name.text)
    case .list(let items, _):
      var values: [Value] = []
      for item in items { values.append(try literal(item, source, line).value) }
      value = .list(values)
    default: throw .badLine(line, reason: "only numbers, shapes and names stand here")
    }
    return GivenValue(
      value: value,
      range: expression.range,
      text: source.text(of: expression.range)
    )
  }
}
