import Datasets
import Diagnostics
import Networks
import Tensors

/// Commands that bring data in and prepare it.
enum DataCommands {
  static let rows: [CommandRow] = [
    dataset, split, normalize, augment, FeaturesCommand.row, tensor,
  ]

  private static let dataset = CommandRow(
    "dataset",
    stage: "data",
    gives: .always(.dataset),
    summary: "Load a built-in data set, a file, or records.",
    operands: [
      Slot(
        "source",
        [.word, .string, .list, .table],
        catalogue: .datasets,
        isRequired: true,
        "a built-in set, a path in quotes, or a list of records"
      )
    ],
    options: [
      Slot("first", [.count], range: 1...1e9, "keep only that many training samples"),
      Slot(
        "target",
        [.string, .list],
        catalogue: .answerSteps,
        defaultText: "the last column",
        "the column or columns to learn; of text, the character behind the last or every one"
      ),
      Slot("columns", [.list], "the input columns"),
      Slot(
        "onehot",
        [.bool, .list],
        defaultText: "false",
        "whether text columns, or the named ones, become a column of 0 and 1 for each word"
      ),
      Slot(
        "missing",
        [.word],
        catalogue: .missingCells,
        defaultText: "refuse",
        "what happens to rows that miss a cell"
      ),
      Slot("only", [.list], "keep only these classes"),
      Slot("length", [.duration], "the length of recordings; the longest unless given"),
      Slot("sequence", [.count], range: 1...1e5, "read text, as sequences of so many characters"),
      Slot(
        "step",
        [.count],
        defaultText: "1",
        range: 1...1e6,
        "characters from the beginning of a sequence to that of the next"
      ),
      Slot("samples", [.count], range: 1...1e7, "how many samples a generated set has"),
      Slot("noise", [.number], range: 0...1e6, "standard deviation of a generated set's noise"),
      Slot("scale", [.number], range: -1e12...1e12, "factor of all input values"),
      Slot("shape", [.shape, .list, .count], "the shape to fold the input columns into"),
      Slot(
        "full",
        [.bool],
        defaultText: "false",
        "use the whole set where its package is installed"
      ),
    ],
    draws: true,
    example: "digits = dataset digits"
  ) { call throws(Diagnostic) in
    let source = DatasetSource(call)
    var dataset = try source.dataset()
    if !source.isGenerated, let given = call.option("scale") {
      let factor = Float(try given.number("scale"))
      dataset = try pinned(call, given.range) { () throws(DatasetError) in
        try dataset.scaled(by: factor)
      }
    }
    if let given = call.option("only") {
      let names = try source.classNames(given)
      dataset = try pinned(call, given.range) { () throws(DatasetError) in
        try dataset.only(classes: names)
      }
    }
    if let given = call.option("first") {
      let count = try given.wholeNumber("first")
      dataset = try pinned(call, given.range) { () throws(DatasetError) in
        try dataset.first(count)
      }
    }
    return CommandResult(.dataset(dataset))
  }

  private static let split = CommandRow(
    "split",
    stage: "data",
    gives: .always(.dataset),
    summary: "Share the samples out into training, validation and test parts.",
    operands: [Slot("dataset", [.dataset], isRequired: true, "the set to divide")],
    prepositions: [
      Slot(
        "into",
        [.list],
        isRequired: true,
        "two shares (training, test) or three (training, validation, test)"
      )
    ],
    options: [
      Slot(
        "shuffle",
        [.bool],
        defaultText: "true",
        "false keeps the order, as a series needs: the first steps are for training"
      )
    ],
    remakes: [.operand(0)],
    draws: true,
    example: "split digits into [80%, 10%, 10%]"
  ) { call throws(Diagnostic) in
    let dataset = try call.operand(0).dataset("split")
    let into = call.after(.into)
    guard let into, case .list(let items) = into.value else {
      throw Diagnostic("operand-kind", "split needs a list of shares behind 'into'", at: call.range)
    }
    var shares: [Double] = []
    for item in items {
      guard let share = item.plainNumber else {
        throw Diagnostic(
          "operand-kind",
          "a share is a number such as 80%, but here is \(item.kindPhrase)",
          at: into.range
        )
      }
      shares.append(share)
    }
    let shuffles = try call.flag("shuffle", default: true)
    var generator = SeededGenerator(seed: call.seed)
    let divided = try pinned(call, into.range) { () throws(DatasetError) in
      try dataset.split(into: shares, shuffles: shuffles, using: &generator)
    }
    call.emit(OutputLine(ShowText.partCounts(divided)))
    return CommandResult(.dataset(divided), remade: [.dataset(divided)], printsItself: false)
  }

  private static let normalize = CommandRow(
    "normalize",
    stage: "data",
    gives: .always(.dataset),
    summary: "Bring every input to mean 0 and deviation 1, learnt on the training part only.",
    operands: [Slot("dataset", [.dataset], isRequired: true, "the set to normalise")],
    remakes: [.operand(0)],
    example: "normalize wine"
  ) { call throws(Diagnostic) in
    let dataset = try call.operand(0).dataset("normalize")
    let result = try pinned(call, call.operand(0).range) { () throws(DatasetError) in
      try dataset.normalized()
    }
    return CommandResult(.dataset(result), remade: [.dataset(result)], printsItself: false)
  }

  private static let augment = CommandRow(
    "augment",
    stage: "data",
    gives: .always(.dataset),
    summary: "Add changed copies of the training samples, drawn once.",
    operands: [Slot("dataset", [.dataset], isRequired: true, "the set to enlarge")],
    options: [
      Slot(
        "shift",
        [.count],
        defaultText: "0",
        range: 0...1000,
        "most rows and columns to move by"
      ),
      Slot("flip", [.bool], defaultText: "false", "whether images are mirrored at random"),
      Slot(
        "rotate",
        [.number],
        defaultText: "0",
        range: 0...180,
        "most degrees to turn images by"
      ),
      Slot("noise", [.number], defaultText: "0", range: 0...1e6, "deviation of added noise"),
      Slot(
        "cutout",
        [.count],
        defaultText: "0",
        range: 0...1000,
        "side of a square that is blanked"
      ),
      Slot("copies", [.count], defaultText: "1", range: 1...100, "changed copies per sample"),
    ],
    remakes: [.operand(0)],
    draws: true,
    example: "augment digits shift=1"
  ) { call throws(Diagnostic) in
    let dataset = try call.operand(0).dataset("augment")
    let augmentation = Augmentation(
      shift: try call.count("shift", default: 0),
      flip: try call.flag("flip", default: false),
      rotation: try call.number("rotate", default: 0),
      noise: try call.number("noise", default: 0),
      cutout: try call.count("cutout", default: 0),
      copies: try call.count("copies", default: 1)
    )
    var generator = SeededGenerator(seed: call.seed)
    let result = try pinned(call, call.operand(0).range) { () throws(DatasetError) in
      try dataset.augmented(augmentation, using: &generator)
    }
    return CommandResult(.dataset(result), remade: [.dataset(result)], printsItself: false)
  }

  private static let tensor = CommandRow(
    "tensor",
    stage: "data",
    gives: .always(.tensor),
    summary: "Make a tensor of nested lists of numbers.",
    operands: [
      Slot("values", [.list, .tensor, .number], isRequired: true, "such as [[1, 2], [3, 4]]")
    ],
    example: "w = tensor [[0.1, -0.9], [0.4, 0.05]]"
  ) { call throws(Diagnostic) in
    let (extents, values) = try NestedNumbers.read(call.operand(0))
    return CommandResult(.tensor(PreciseTensor(Shape(extents), values)))
  }

  /// Runs a dataset operation and pins its error to the words that caused it.
  static func pinned<Result>(
    _ call: CommandCall,
    _ range: SourceRange,
    _ body: () throws(DatasetError) -> Result
  ) throws(Diagnostic) -> Result {
    do throws(DatasetError) {
      return try body()
    } catch {
      let option: String? =
        switch error {
        case .unknownColumn: "target"
        case .shapeDoesNotFit: "shape"
        case .outOfRange(let option, _, _): option
        default: nil
        }
      throw Diagnostic(
        "data",
        error.description,
        at: option.flatMap { call.option($0) }?.range ?? range,
        remedy: error.remedy
      )
    }
  }
}
