import Datasets
import Diagnostics
import Tensors

/// Finds and reads what a `dataset` command names.
struct DatasetSource {
  let call: CommandCall
  let source: GivenValue

  init(_ call: CommandCall) {
    self.call = call
    source = call.operand(0)
  }

  /// Whether the set is made when asked for, so that `scale=` is the generator's.
  var isGenerated: Bool {
    guard case .word(let name) = source.value else { return false }
    return Datasets.Catalogue.entry(named: name)?.generatedSet != nil
  }

  func dataset() throws(Diagnostic) -> Dataset {
    switch source.value {
    case .word(let name): return try builtIn(name)
    case .string(let path): return try file(path)
    case .list(let items): return try records(items)
    case .table(let table): return try rows(of: table)
    default:
      throw Diagnostic(
        "operand-kind",
        "dataset needs a name, a path in quotes or a list of records, but here is "
          + source.value.kindPhrase,
        at: source.range
      )
    }
  }

  // MARK: Built-in sets

  private func builtIn(_ name: String) throws(Diagnostic) -> Dataset {
    guard let entry = Datasets.Catalogue.entry(named: name) else {
      throw Diagnostic(
        "unknown-dataset",
        "there is no built-in dataset '\(name)'",
        at: source.range,
        remedy: nearestName(to: name, among: Datasets.Catalogue.names)
          .map { "did you mean '\($0)'?" }
          ?? "they are " + Datasets.Catalogue.names.joined(separator: ", ")
      )
    }
    if let generated = entry.generatedSet {
      for option in ["columns", "onehot", "missing", "length", "sequence", "step"] {
        try call.refuse(option, because: "is for files")
      }
      try call.refuse("full", because: "is for sets that come in two sizes")
      return try generate(generated)
    }
    try call.refuse("samples", because: "is for generated sets; 'first=' cuts the training part")
    try call.refuse("noise", because: "is for generated sets; 'augment' adds noise")
    let full = try call.flag("full", default: false)
    if full, !entry.hasFullEdition {
      throw Diagnostic(
        "unused-option",
        "'\(name)' comes in one size only",
        at: call.option("full")?.range ?? source.range
      )
    }
    var files: [[UInt8]] = []
    for required in entry.requiredFiles(full: full) {
      files.append(try find(required, of: entry, full: full))
    }
    if entry.isText {
      guard call.option("sequence") != nil else {
        throw Diagnostic(
          "missing-option",
          "'\(name)' is text, which needs sequence=, the number of characters in a sample",
          at: source.range,
          remedy: "for example 'dataset \(name) sequence=20'"
        )
      }
      return try text(files[0], name: name)
    }
    for option in ["sequence", "step"] { try call.refuse(option, because: "is for text") }
    try call.refuse("length", because: "is for a folder of recordings")
    let options = try options()
    let first = call.option("only") == nil ? try call.optionalCount("first") : nil
    return try DataCommands.pinned(call, source.range) { () throws(DatasetError) in
      try entry.decode(files, options: options, first: first)
    }
  }

  private func find(
    _ required: RequiredFile,
    of entry: CatalogueEntry,
    full: Bool
  ) throws(Diagnostic) -> [UInt8] {
    for path in required.paths {
      let candidates =
        path.hasPrefix("/") ? [path] : call.session.host.dataFolders.map { $0 + "/" + path }
      for candidate in candidates where call.session.host.exists(candidate) {
        do throws(HostError) {
          return try call.session.host.read(candidate)
        } catch {
          throw Diagnostic("file", error.description, at: source.range, remedy: error.remedy)
        }
      }
    }
    let first = required.paths[0]
    throw Diagnostic(
      "missing-data",
      "the files of '\(entry.name)' are not here: '\(first)' was not found",
      at: source.range,
      remedy: full
        ? "install the package 'dataset-fashion-mnist', or leave 'full' out"
        : "put it into a folder and name that folder in the variable JATAI_DATA"
    )
  }

  private func generate(_ set: GeneratedSet) throws(Diagnostic) -> Dataset {
    let samples = try call.count("samples", default: set.defaultSamples)
    let noise = try call.number("noise", default: set.defaultNoise)
    let scale = try call.number("scale", default: 1)
    var generator = SeededGenerator(seed: call.seed)
    return try DataCommands.pinned(call, source.range) { () throws(DatasetError) in
      try set.generate(samples: samples, noise: noise, scale: scale, using: &generator)
    }
  }

  // MARK: Files and records

  /// The names in `only=[…]`; numbers are written as classes of numbers are.
  func classNames(_ given: GivenValue) throws(Diagnostic) -> [String] {
    guard case .list(let items) = given.value else { return [] }
    var names: [String] = []
    for item in items {
      if let word = item.wordOrString {
        names.append(word)
      } else if let number = item.plainNumber {
        names.append(NumberFormat.text(number))
      } else {
        throw Diagnostic(
          "option-kind",
          "only names classes, but here is \(item.kindPhrase)",
          at: given.range
        )
      }
    }
    return names
  }

  private func options() throws(Diagnostic) -> DataFile.Options {
    var names: [String] = []
    if let given = call.option("target") {
      switch given.value {
      case .string(let name): names = [name]
      case .list: names = try columnNames("target", given)
      default:
        throw Diagnostic("option-kind", "target names a column in quotes", at: given.range)
      }
    }
    var options = DataFile.Options(answerNames: names, shape: try shape())
    options.dropsMissing = try call.word("missing", default: "refuse") == "drop"
    if let given = call.option("columns") {
      options.inputNames = try columnNames("columns", given)
    }
    if let given = call.option("onehot") {
      switch given.value {
      case .bool(let isWanted): options.oneHot = isWanted ? .all : .none
      default: options.oneHot = .named(try columnNames("onehot", given))
      }
    }
    return options
  }

  private func columnNames(_ option: String, _ given: GivenValue) throws(Diagnostic) -> [String] {
    guard case .list(let items) = given.value else { return [] }
    guard !items.isEmpty || option == "onehot" else {
      throw Diagnostic(
        "option-kind",
        "\(option) names at least one column, but this list is empty",
        at: given.range,
        remedy: option == "target"
          ? "leave it out to learn the last column; 'train … target=input' learns the inputs"
          : "leave it out for all that are not learnt"
      )
    }
    var names: [String] = []
    for item in items {
      guard case .string(let name) = item else {
        throw Diagnostic(
          "option-kind",
          "\(option) names columns in quotes, but here is \(item.kindPhrase)",
          at: given.range
        )
      }
      names.append(name)
    }
    return names
  }

  private func shape() throws(Diagnostic) -> Shape? {
    guard let given = call.option("shape") else { return nil }
    guard let extents = given.value.extents, !extents.isEmpty,
      extents.allSatisfy({ $0 > 0 }), let shape = Shape(checking: extents)
    else {
      throw Diagnostic(
        "option-kind",
        "shape must be a shape such as 8x8x1, or a number such as 64",
        at: given.range
      )
    }
    return shape
  }

  private func file(_ path: String) throws(Diagnostic) -> Dataset {
    try call.refuse("samples", because: "is for generated sets; 'first=' cuts the training part")
    try call.refuse("noise", because: "is for generated sets; 'augment' adds noise")
    if call.option("sequence") != nil { return try text(path) }
    try call.refuse("step", because: "is for text with sequence=")
    let entries = call.session.fileExists(path) ? [] : call.session.host.files(in: path)
    if !entries.isEmpty { return try folder(path, entries) }
    try call.refuse("length", because: "is for a folder of recordings")
    let options = try options()
    let bytes = try call.session.readFile(path, at: source.range)
    var labels: [UInt8]?
    for candidate in DataFile.labelPaths(forImagesAt: path) where labels == nil {
      if call.session.fileExists(candidate) {
        labels = try call.session.readFile(candidate, at: source.range)
      }
    }
    return try DataCommands.pinned(call, source.range) { () throws(DatasetError) in
      try DataFile.read(bytes, fileName: path, labels: labels, options: options)
    }
  }

  private func records(_ items: [Value]) throws(Diagnostic) -> Dataset {
    guard case .record(let first)? = items.first else {
      throw Diagnostic(
        "operand-kind",
        items.isEmpty ? "this list has no records" : "a dataset's list holds records",
        at: source.range,
        remedy: "such as [{ x: 1, y: 2 }, { x: 2, y: 4 }]"
      )
    }
    var rows: [[Value]] = []
    for (index, item) in items.enumerated() {
      guard case .record(let record) = item else {
        throw Diagnostic(
          "operand-kind",
          "a dataset's list holds records, but element \(index) is \(item.kindPhrase)",
          at: source.range
        )
      }
      var row: [Value] = []
      for name in first.names {
        guard let value = record[name], record.names.count == first.names.count else {
          throw Diagnostic(
            "ragged-records",
            "record \(index) must have the same fields as the first one: "
              + first.names.joined(separator: ", "),
            at: source.range
          )
        }
        row.append(value)
      }
      rows.append(row)
    }
    let tensors = first.names.indices.filter { index in
      if case .tensor = rows[0][index] { true } else { false }
    }
    guard let place = tensors.first else { return try self.rows(named: first.names, rows) }
    return try samples(named: first.names, rows, inputsAt: place)
  }

  /// Records that hold a sample as a tensor: the other fields are to be learnt.
  private func samples(
    named names: [String],
    _ rows: [[Value]],
    inputsAt place: Int
  ) throws(Diagnostic) -> Dataset {
    for option in ["columns", "onehot", "missing"] {
      try call.refuse(option, because: "is for tables, and these records hold samples as tensors")
    }
    var values: [Float] = []
    var shape: Shape?
    for (index, row) in rows.enumerated() {
      guard case .tensor(let tensor) = row[place], tensor.shape == shape ?? tensor.shape else {
        throw Diagnostic(
          "ragged-records",
          "record \(index) must have the same fields as the first one: '\(names[place])' is a tensor"
            + (shape.map { " of \($0)" } ?? ""),
          at: source.range
        )
      }
      shape = tensor.shape
      values += tensor.values.map { Float($0) }
    }
    let extents = shape?.extents ?? []
    var answers = Answers.nothing
    let others = names.indices.filter { $0 != place }
    if !others.isEmpty {
      // The answers are read as those of a table, whose inputs are not looked at.
      var options = try options()
      options.shape = nil
      let answerNames = options.answerNames
      if answerNames.isEmpty { options.answerNames = others.map { names[$0] } }
      let columns = try columns(
        named: ["sample"] + others.map { names[$0] },
        rows.enumerated().map { index, row in [.number(Double(index))] + others.map { row[$0] } }
      )
      answers = try DataCommands.pinned(call, source.range) { () throws(DatasetError) in
        var table = try Datasets.Table(records: columns)
        if !answerNames.isEmpty { table = try table.keeping(["sample"] + answerNames) }
        return try table.dataset(name: "records", options).answers
      }
    }
    let folded = try self.shape()
    return try DataCommands.pinned(call, source.range) { () throws(DatasetError) in
      let set = try Dataset(
        name: "records",
        inputs: Tensor(Shape([rows.count] + (extents.isEmpty ? [1] : extents)), values),
        answers: answers
      )
      return try folded.map { shape throws(DatasetError) in try set.folded(to: shape) } ?? set
    }
  }

  private func rows(of table: Table) throws(Diagnostic) -> Dataset {
    try rows(named: table.columns, table.rows)
  }

  private func rows(named names: [String], _ rows: [[Value]]) throws(Diagnostic) -> Dataset {
    let columns = try columns(named: names, rows)
    let options = try options()
    return try DataCommands.pinned(call, source.range) { () throws(DatasetError) in
      try Datasets.Table(records: columns).dataset(name: "records", options)
    }
  }

  private func columns(
    named names: [String],
    _ rows: [[Value]]
  ) throws(Diagnostic) -> [Datasets.Table.Column] {
    var columns: [Datasets.Table.Column] = []
    for (index, name) in names.enumerated() {
      var cells: [Datasets.Table.Cell] = []
      for row in rows {
        switch row[index] {
        case .none: cells.append(.missing)
        case .string(let text): cells.append(.text(text))
        case .bool(let flag): cells.append(.number(flag ? 1 : 0))
        case let value:
          guard let number = value.plainNumber else {
            throw Diagnostic(
              "operand-kind",
              "column '\(name)' holds numbers or words, but here is \(value.kindPhrase)",
              at: source.range
            )
          }
          cells.append(.number(number))
        }
      }
      columns.append(Datasets.Table.Column(name: name, cells: cells))
    }
    return columns
  }
}
