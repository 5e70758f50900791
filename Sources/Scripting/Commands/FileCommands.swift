import Datasets
import Diagnostics
import Inference
import Language
import Networks
import TFLite
import Tensors

/// `convert`, `export` and `load`.
enum FileCommands {
  static let rows: [CommandRow] = [convert, export, load]

  private static let convert = CommandRow(
    "convert",
    stage: "conversion",
    gives: .always(.model),
    summary: "Freeze a network into a model as its .tflite file holds it.",
    operands: [Slot("network", [.network, .model], isRequired: true, "what to convert")],
    prepositions: [
      Slot("to", [.word], catalogue: .formats, isRequired: true, "the format: tflite")
    ],
    example: "model = convert base to tflite"
  ) { call throws(Diagnostic) in
    let given = call.operand(0)
    if let to = call.after(.to) { _ = try to.word("convert", from: .formats) }
    var model = try Freezing.model(of: given, call)
    model.lineage.append(LineageEntry(command: "convert", text: call.text))
    let file = try fileBytes(of: model, at: call.range)
    model.file = file
    call.emit(
      OutputLine(
        .text,
        [
          .text("\(model.kind) model: "),
          .number(Double(file.count), written: NumberFormat.grouped(file.count)), .text(" B file"),
        ]
      )
    )
    return CommandResult(.model(model), printsItself: false)
  }

  private static let export = CommandRow(
    "export",
    stage: "conversion",
    summary: "Write a model, network, table or tensor to a file; the name's ending says how.",
    operands: [
      Slot(
        "what",
        [.model, .network, .table, .tensor, .list],
        isRequired: true,
        "what to write"
      )
    ],
    prepositions: [
      Slot(
        "to",
        [.string],
        isRequired: true,
        "a name in .tflite, .cc, .h, .safetensors, .csv or .npy"
      )
    ],
    options: [
      Slot(
        "optimizer",
        [.bool],
        defaultText: "true",
        "whether a network's file keeps what training needs to go on"
      )
    ],
    example: "export lite to \"model.tflite\""
  ) { call throws(Diagnostic) in
    guard let to = call.after(.to) else { throw TrainingCommands.missing(call, "to", "a file") }
    let path = try to.string("export")
    var exporting = Exporting(call, path)
    let bytes = try exporting.bytes()
    try call.session.stage(bytes, to: path, at: to.range)
    call.emit(
      OutputLine(
        .text,
        [
          .text("wrote \(path): "),
          .number(Double(bytes.count), written: NumberFormat.grouped(bytes.count)), .text(" B"),
        ] + exporting.note
      )
    )
    return CommandResult(call.operand(0).value, printsItself: false)
  }

  private static let load = CommandRow(
    "load",
    stage: "networks",
    summary: "Read a network from a .safetensors file or a model from a .tflite file.",
    operands: [Slot("path", [.string], isRequired: true, "the file")],
    example: "base = load \"base.safetensors\""
  ) { call throws(Diagnostic) in
    let given = call.operand(0)
    let path = try given.string("load")
    let bytes = try call.session.readFile(path, at: given.range)
    if path.hasSuffix(".safetensors") {
      do throws(NetworkFileError) {
        return CommandResult(.network(try NetworkFile(bytes).network))
      } catch {
        throw Diagnostic(
          "bad-file",
          "'\(path)' holds no network: \(error.description)",
          at: given.range,
          remedy: "files that 'export NETWORK to \"x.safetensors\"' writes can be loaded"
        )
      }
    }
    do throws(TFLiteError) {
      let graph = try TFLiteReader.read(bytes)
      return CommandResult(
        .model(
          Model(
            graph: graph,
            kind: Freezing.kind(of: graph),
            lineage: [LineageEntry(command: "load", text: call.text)],
            loss: nil,
            file: bytes
          )
        )
      )
    } catch {
      throw Diagnostic(
        "bad-file",
        "'\(path)' is no model that can be read: \(error.description)",
        at: given.range,
        remedy: "load reads .tflite and .safetensors files"
      )
    }
  }

  /// The `.tflite` file of a model.
  static func fileBytes(of model: Model, at range: SourceRange) throws(Diagnostic) -> [UInt8] {
    if let file = model.file { return file }
    do throws(TFLiteError) {
      return try TFLiteWriter.write(model.graph)
    } catch {
      throw Diagnostic("tflite", error.description, at: range)
    }
  }
}

/// What a file's ending makes of a value.
private struct Exporting {
  private let call: CommandCall
  private let path: String
  private let given: GivenValue
  /// What the reader should know besides the file's size.
  private(set) var note: [Segment] = []

  init(_ call: CommandCall, _ path: String) {
    self.call = call
    self.path = path
    given = call.operand(0)
  }

  mutating func bytes() throws(Diagnostic) -> [UInt8] {
    let ending = path.split(separator: "/").last?.split(separator: ".").dropFirst().last ?? ""
    switch ending {
    case "tflite":
      return try FileCommands.fileBytes(of: try Freezing.model(of: given, call), at: given.range)
    case "cc", "c", "cpp", "h":
      let model = try Freezing.model(of: given, call)
      let file = try FileCommands.fileBytes(of: model, at: given.range)
      let name = path.split(separator: "/").last?.split(separator: ".").first.map(String.init)
      note = [
        .text(" of text, an array of "),
        .number(Double(file.count), written: NumberFormat.grouped(file.count)), .text(" B"),
      ]
      return Array(modelSource(file, name: name ?? "model").utf8)
    case "safetensors":
      guard case .network(let network) = given.value else {
        throw Diagnostic(
          "file-kind",
          "a .safetensors file holds a network, but '\(given.text)' is \(given.value.kindPhrase)",
          at: given.range,
          remedy: "models are written as .tflite"
        )
      }
      var kept = network
      if try !call.flag("optimizer", default: true) { kept.optimizerState = nil }
      return NetworkFile(kept).bytes
    case "csv": return Array(try TableFile.csv(given).utf8)
    case "npy":
      let (extents, values) = try NestedNumbers.read(given)
      guard let shape = Shape(checking: extents) else {
        throw Diagnostic("shape-too-large", "this tensor is too large", at: given.range)
      }
      return NPYFile.write(Tensor(shape, values.map { Float($0) }))
    default:
      throw Diagnostic(
        "file-kind",
        "export does not know the ending of '\(path)'",
        at: call.after(.to)?.range ?? call.range,
        remedy: "it writes .tflite, .cc, .h, .safetensors, .csv and .npy"
      )
    }
  }
}

/// Tables and tensors as CSV with full precision.
private enum TableFile {
  static func csv(_ given: GivenValue) throws(Diagnostic) -> String {
    if case .table(let table) = given.value {
      let rows = [table.columns] + table.rows.map { $0.map(cell) }
      return rows.map { $0.map(quoted).joined(separator: ",") + "\n" }.joined()
    }
    let (extents, values) = try NestedNumbers.read(given)
    let width = extents.count < 2 ? 1 : extents.dropFirst().reduce(1, *)
    guard width > 0 else { return "" }
    var text = ""
    for start in stride(from: 0, to: values.count, by: width) {
      text +=
        values[start..<min(values.count, start + width)].map { NumberFormat.exact($0) }
        .joined(separator: ",") + "\n"
    }
    return text
  }

  private static func cell(_ value: Value) -> String {
    switch value {
    case .number(let number): NumberFormat.exact(number)
    case .quantity(let quantity): NumberFormat.exact(quantity.value)
    case .string(let text), .word(let text): text
    case .bool(let flag): flag ? "true" : "false"
    case .shape(let extents): extents.map(String.init).joined(separator: "x")
    case .none: ""
    case .list(let items): items.map(cell).joined(separator: " ")
    default: value.kindPhrase
    }
  }

  private static func quoted(_ text: String) -> String {
    guard text.contains(where: { ",\"\n\r".contains($0) }) else { return text }
    return "\"" + text.replacing("\"", with: "\"\"") + "\""
  }
}
