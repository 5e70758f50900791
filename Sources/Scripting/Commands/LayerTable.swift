/// One kind of layer line: what may stand on it, for checking, completion and help.
public struct LayerRow: Sendable {
  /// The word that begins the line.
  public var name: String
  /// Operands in order.
  public var operands: [Slot]
  /// `name=value` options.
  public var options: [Slot]
  /// Whether an activation may be its last word.
  public var takesActivation: Bool
  /// Whether `{ … }` must follow.
  public var takesBlock: Bool
  /// One line of help.
  public var summary: String
  /// A line that works behind a fitting layer.
  public var example: String
}

/// The layers of the language.
public enum LayerTable {
  /// All kinds, in the order of the documentation.
  public static let rows: [LayerRow] =
    [
      layer(
        "input",
        [shapeSlot("shape", "shape of one sample, without the batch")],
        "The shape of one sample; first, once.",
        "input 28x28x1"
      ),
      layer(
        "dense",
        [countSlot("units", "number of outputs")],
        options: weighted,
        activation: true,
        "Every output is a weighted sum of all inputs.",
        "dense 10 softmax"
      ),
      layer(
        "conv",
        [countSlot("filters", "number of output channels"), shapeSlot("window", "height x width")],
        options: windowed + [countOption("dilation", "1", "distance between taps")]
          + [countOption("groups", "1", "independent groups of channels")] + weighted,
        activation: true,
        "Slides filters over an image.",
        "conv 16 3x3 stride=2 pad=same relu"
      ),
      layer(
        "depthwise",
        [shapeSlot("window", "height x width")],
        options: windowed + [countOption("multiplier", "1", "outputs per channel")]
          + [countOption("dilation", "1", "distance between taps")] + weighted,
        activation: true,
        "Slides one filter over each channel by itself.",
        "depthwise 3x3 pad=same relu"
      ),
      layer(
        "maxpool",
        [poolSlot],
        options: windowed,
        "The largest value of each window; 'maxpool global' takes the whole image.",
        "maxpool 2x2"
      ),
      layer(
        "avgpool",
        [poolSlot],
        options: windowed,
        "The mean of each window; 'avgpool global' takes the whole image.",
        "avgpool global"
      ),
      layer("flatten", [], "Makes a flat list of an image.", "flatten"),
      layer(
        "dropout",
        [
          Slot("rate", [.ratio], isRequired: true, range: 0...1, "share that is zeroed in training")
        ],
        "Zeroes a random share of the values, in training only.",
        "dropout 25%"
      ),
      layer(
        "batchnorm",
        [],
        options: [
          Slot(
            "momentum",
            [.ratio],
            defaultText: "0.99",
            range: 0...1,
            "share of old statistics kept"
          ),
          Slot("epsilon", [.number], defaultText: "1e-3", range: 0...1, "added to the variance"),
        ],
        "Brings each channel to mean 0 and variance 1, then scales and shifts it.",
        "batchnorm"
      ),
    ]
    + CatalogueTable.activationNames.map { name in
      layer(
        name,
        name == "leaky" ? [Slot("slope", [.number], defaultText: "0.2", "factor below 0")] : [],
        "The activation function \(name), as a layer of its own.",
        name == "leaky" ? "leaky 0.2" : name
      )
    }

  /// The row of a kind.
  public static func row(named name: String) -> LayerRow? { byName[name] }

  /// The words that begin layer lines.
  public static let kinds = rows.map(\.name)

  private static let byName = Dictionary(uniqueKeysWithValues: rows.map { ($0.name, $0) })

  private static let poolSlot = Slot(
    "window",
    [.shape, .word],
    isRequired: true,
    takesWords: true,
    "height x width, or 'global'"
  )

  private static let windowed = [
    Slot(
      "stride",
      [.count, .shape],
      defaultText: "1, pools: the window",
      "rows and columns a step"
    ),
    Slot("pad", [.word], catalogue: .paddings, defaultText: "valid", "what happens at the border"),
  ]

  private static let weighted = [
    Slot("bias", [.bool, .list, .tensor], defaultText: "true", "false, or the values"),
    Slot("weights", [.list, .tensor, .string], "values given by hand, or a .csv or .npy file"),
    Slot("start", [.word], catalogue: .initializers, "initialiser of the weights"),
    Slot("frozen", [.bool], defaultText: "false", "whether training leaves it alone"),
  ]

  private static func layer(
    _ name: String,
    _ operands: [Slot],
    options: [Slot] = [],
    activation: Bool = false,
    block: Bool = false,
    _ summary: String,
    _ example: String
  ) -> LayerRow {
    LayerRow(
      name: name,
      operands: operands,
      options: options,
      takesActivation: activation,
      takesBlock: block,
      summary: summary,
      example: example
    )
  }

  private static func countSlot(_ name: String, _ summary: String) -> Slot {
    Slot(name, [.count], isRequired: true, range: 1...1e12, summary)
  }

  private static func countOption(_ name: String, _ standard: String, _ summary: String) -> Slot {
    Slot(name, [.count], defaultText: standard, range: 1...1e6, summary)
  }

  private static func shapeSlot(_ name: String, _ summary: String) -> Slot {
    Slot(name, [.shape, .list, .count], isRequired: true, summary)
  }
}
