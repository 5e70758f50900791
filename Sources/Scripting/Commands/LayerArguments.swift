import Diagnostics
import Language
import Networks
import Tensors

/// The operands and options of one layer line, read by kind with errors at the exact words.
struct LayerArguments {
  let line: EvaluatedLayer
  private let row: LayerRow

  /// Checks the number of operands and the names of the options.
  init(_ line: EvaluatedLayer) throws(Diagnostic) {
    guard let row = LayerTable.row(named: line.kind.text) else {
      throw Diagnostic(
        "unknown-layer",
        "unknown layer '\(line.kind.text)'",
        at: line.kind.range,
        remedy: nearestName(to: line.kind.text, among: LayerTable.kinds)
          .map { "did you mean '\($0)'?" } ?? "'help layers' lists them all"
      )
    }
    self.line = line
    self.row = row
    for (name, _) in line.options where !row.options.contains(where: { $0.name == name.text }) {
      throw Diagnostic(
        "unknown-option",
        "'\(line.kind.text)' has no option '\(name.text)'",
        at: name.range,
        remedy: nearestName(to: name.text, among: row.options.map(\.name))
          .map { "did you mean '\($0)'?" }
          ?? (row.options.isEmpty
            ? "it takes no options" : "it takes " + row.options.map(\.name).joined(separator: ", "))
      )
    }
    let needed = row.operands.count { $0.isRequired }
    guard line.operands.count >= needed else {
      let missing = row.operands[line.operands.count]
      throw Diagnostic(
        "missing-operand",
        "'\(line.kind.text)' needs \(missing.name): \(missing.summary)",
        at: line.kind.range,
        remedy: "for example '\(row.example)'"
      )
    }
    for slot in row.options
    where slot.isRequired && !line.options.contains(where: { $0.name.text == slot.name }) {
      throw Diagnostic(
        "missing-option",
        "'\(line.kind.text)' needs the option '\(slot.name)=': \(slot.summary)",
        at: line.kind.range,
        remedy: "for example '\(row.example)'"
      )
    }
    try LayerArguments.checkBlocks(line, row)
    let limit = row.operands.count + LayerArguments.activationWords(line, row)
    guard line.operands.count <= limit else {
      throw Diagnostic(
        "extra-operand",
        "'\(line.kind.text)' takes \(limit == 0 ? "no operands" : "at most \(limit)")",
        at: line.operands[limit].range,
        remedy: "for example '\(row.example)'"
      )
    }
  }

  /// How many words of an activation may stand behind the operands: 'leaky' has a slope.
  private static func activationWords(_ line: EvaluatedLayer, _ row: LayerRow) -> Int {
    guard row.takesActivation else { return 0 }
    let place = row.operands.count
    let isLeaky = place < line.operands.count && line.operands[place].value.wordOrString == "leaky"
    return isLeaky ? 2 : 1
  }

  /// Throws where a block is missing or stands behind a layer that has none.
  private static func checkBlocks(
    _ line: EvaluatedLayer,
    _ row: LayerRow
  ) throws(Diagnostic) {
    if row.takesBlock, line.block?.isEmpty ?? true, row.name != "branch" || line.block == nil {
      throw Diagnostic(
        "layer-block",
        "'\(row.name)' needs layers in braces",
        at: line.kind.range,
        remedy: "for example '\(row.example)'"
      )
    }
    if !row.takesBlock, line.block != nil {
      let holders = LayerTable.rows.filter(\.takesBlock).map { "'\($0.name)'" }
      throw Diagnostic(
        "layer-block",
        "'\(row.name)' takes no block",
        at: line.kind.range,
        remedy: "blocks stand behind " + holders.joined(separator: ", ")
      )
    }
    if !row.takesShortcut, line.shortcut != nil {
      throw Diagnostic(
        "layer-block",
        "'shortcut' belongs to 'residual', but this is '\(row.name)'",
        at: line.kind.range
      )
    }
  }

  func option(_ name: String) -> GivenValue? { line.options.first { $0.name.text == name }?.given }

  func operandRange(_ index: Int) -> SourceRange {
    index < line.operands.count ? line.operands[index].range : line.kind.range
  }

  /// Where the window stands, for errors about it.
  var windowRange: SourceRange {
    line.operands.first { if case .shape = $0.value { true } else { false } }?.range
      ?? line.kind.range
  }

  func count(_ index: Int, _ what: String) throws(Diagnostic) -> Int {
    try count(line.operands[index], what)
  }

  func count(_ name: String, default standard: Int) throws(Diagnostic) -> Int {
    guard let given = option(name) else { return standard }
    return try count(given, name)
  }

  func count(_ given: GivenValue, _ what: String) throws(Diagnostic) -> Int {
    guard let number = given.value.plainNumber, number == number.rounded() else {
      throw Diagnostic(
        "layer-operand",
        "\(what) of '\(line.kind.text)' must be a whole number, but is \(given.value.kindPhrase)",
        at: given.range,
        remedy: "for example '\(row.example)'"
      )
    }
    guard number >= 1, number <= 1e12 else {
      throw Diagnostic(
        "layer-operand",
        "\(what) of '\(line.kind.text)' must be at least 1, but is "
          + NumberFormat.text(number),
        at: given.range,
        remedy: number > 1e12 ? "no memory holds that many" : nil
      )
    }
    return Int(number)
  }

  func number(_ name: String, default standard: Double) throws(Diagnostic) -> Double {
    guard let given = option(name) else { return standard }
    guard let number = given.value.plainNumber, number >= 0, number <= 1 else {
      throw Diagnostic("layer-operand", "\(name) must be a number in 0...1", at: given.range)
    }
    return number
  }

  func flag(_ name: String, default standard: Bool) throws(Diagnostic) -> Bool {
    guard let given = option(name) else { return standard }
    guard case .bool(let flag) = given.value else {
      throw Diagnostic("layer-operand", "\(name) is true or false", at: given.range)
    }
    return flag
  }

  func hasBias() throws(Diagnostic) -> Bool {
    guard let given = option("bias") else { return true }
    if case .bool(let flag) = given.value { return flag }
    return true
  }

  func dropoutRate() throws(Diagnostic) -> Float {
    let given = line.operands[0]
    guard let rate = given.value.plainNumber, rate >= 0, rate < 1 else {
      throw Diagnostic(
        "dropout-rate",
        "a dropout rate must be in 0..<1, but is \(given.text)",
        at: given.range,
        remedy: "for example 'dropout 25%'"
      )
    }
    return Float(rate)
  }

  func slope() throws(Diagnostic) -> Float {
    try slope(behind: line.kind.text == "leaky" ? -1 : line.operands.count)
  }

  /// The slope that stands behind the word 'leaky' at `place`, or the default.
  private func slope(behind place: Int) throws(Diagnostic) -> Float {
    guard place + 1 < line.operands.count else { return 0.2 }
    let given = line.operands[place + 1]
    guard let slope = given.value.plainNumber, slope.isFinite else {
      throw Diagnostic("layer-operand", "the slope of 'leaky' is a number", at: given.range)
    }
    return Float(slope)
  }

  /// The shape of an operand: `28x28x1`, a list of whole numbers, or one number.
  func shape(_ index: Int) throws(Diagnostic) -> Shape {
    let given = line.operands[index]
    guard let extents = given.value.extents, !extents.isEmpty, extents.allSatisfy({ $0 >= 1 })
    else {
      throw Diagnostic(
        "layer-operand",
        "'\(line.kind.text)' needs a shape, but here is \(given.value.kindPhrase)",
        at: given.range,
        remedy: "for example '\(row.example)'"
      )
    }
    guard extents.count <= 4, let shape = Shape(checking: extents) else {
      throw Diagnostic("shape-too-large", "shape \(given.text) is too large", at: given.range)
    }
    return shape
  }

  func window(_ index: Int, strideIsWindow: Bool = false) throws(Diagnostic) -> Window {
    let size = try pair(line.operands[index], "window")
    var stride = strideIsWindow ? size : (1, 1)
    if let given = option("stride") { stride = try pair(given, "stride") }
    return Window(
      height: size.0,
      width: size.1,
      strideHeight: stride.0,
      strideWidth: stride.1,
      dilation: try count("dilation", default: 1),
      padding: try padding()
    )
  }

  /// `pad=`, or valid.
  func padding() throws(Diagnostic) -> Padding {
    guard let given = option("pad") else { return .valid }
    guard let word = given.value.wordOrString, let padding = Padding(rawValue: word) else {
      throw Diagnostic(
        "unknown-padding",
        "padding is 'valid' or 'same', but here is \(given.text)",
        at: given.range
      )
    }
    return padding
  }

  /// `1x1` for all sides, or `[top, bottom, left, right]`.
  func border(_ index: Int) throws(Diagnostic) -> Border {
    let given = line.operands[index]
    guard let extents = given.value.extents, [1, 2, 4].contains(extents.count),
      extents.allSatisfy({ (0...1_000_000).contains($0) })
    else {
      throw Diagnostic(
        "layer-operand",
        "the border of '\(line.kind.text)' is rows x columns, but here is "
          + given.value.kindPhrase,
        at: given.range,
        remedy: "write '\(line.kind.text) 1x1', or '\(line.kind.text) [1, 0, 2, 2]' for top, "
          + "bottom, left and right"
      )
    }
    if extents.count == 4 {
      return Border(top: extents[0], bottom: extents[1], left: extents[2], right: extents[3])
    }
    let (rows, columns) = (extents[0], extents[extents.count - 1])
    return Border(top: rows, bottom: rows, left: columns, right: columns)
  }

  func deviation() throws(Diagnostic) -> Float {
    let given = line.operands[0]
    guard let deviation = given.value.plainNumber, deviation >= 0, deviation <= 1e6 else {
      throw Diagnostic(
        "layer-operand",
        "the deviation of 'noise' must be a number from 0 on, but is \(given.text)",
        at: given.range,
        remedy: "for example 'noise 0.1'"
      )
    }
    return Float(deviation)
  }

  /// `vocabulary=`, or that of the input.
  func vocabulary(ofInput inherited: Int?) throws(Diagnostic) -> Int {
    if let given = option("vocabulary") { return try count(given, "vocabulary") }
    guard let inherited else {
      throw Diagnostic(
        "missing-option",
        "'embedding' does not know how many symbols there are",
        at: line.kind.range,
        remedy: "say it where the network begins, as in 'input 100 vocabulary=64'"
      )
    }
    return inherited
  }

  private func pair(_ given: GivenValue, _ what: String) throws(Diagnostic) -> (Int, Int) {
    guard let extents = given.value.extents, (1...2).contains(extents.count),
      extents.allSatisfy({ (1...1_000_000).contains($0) })
    else {
      throw Diagnostic(
        "layer-operand",
        "the \(what) of '\(line.kind.text)' is height x width, but here is "
          + given.value.kindPhrase,
        at: given.range,
        remedy: "for example '\(row.example)'"
      )
    }
    return (extents[0], extents[extents.count - 1])
  }

  /// The last word, if the row takes an activation and one stands there.
  func activation() throws(Diagnostic) -> ActivationFunction {
    guard line.operands.count > row.operands.count else { return .linear }
    let given = line.operands[row.operands.count]
    let slope = try slope(behind: row.operands.count)
    guard let word = given.value.wordOrString,
      let function = ActivationFunction(word: word, slope: slope)
    else {
      throw Diagnostic(
        "unknown-activation",
        "'\(given.text)' is no activation",
        at: given.range,
        remedy: nearestName(to: given.text, among: CatalogueTable.activationNames)
          .map { "did you mean '\($0)'?" }
          ?? "they are " + CatalogueTable.activationNames.joined(separator: ", ")
      )
    }
    return function
  }
}
