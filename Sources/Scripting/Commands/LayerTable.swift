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
  /// Whether `shortcut { … }` may follow the block.
  public var takesShortcut: Bool { name == "residual" }
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
        options: [
          Slot("vocabulary", [.count], range: 1...1e7, "number of symbols, for 'embedding'")
        ],
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
        "conv1d",
        [
          countSlot("filters", "number of output channels"),
          countSlot("size", "steps of the window"),
        ],
        options: [
          Slot("stride", [.count], defaultText: "1", range: 1...1e6, "steps to the next window"),
          paddingOption, countOption("dilation", "1", "distance between taps"),
        ] + weighted,
        activation: true,
        "Slides filters along the steps of a sequence.",
        "conv1d 16 5 relu"
      ),
      layer(
        "separable",
        [countSlot("filters", "number of output channels"), shapeSlot("window", "height x width")],
        options: windowed + [countOption("multiplier", "1", "outputs per channel of the first")]
          + [countOption("dilation", "1", "distance between taps")] + initialized,
        activation: true,
        "Two layers: 'depthwise' without bias, then 'conv' 1x1 with bias and activation.",
        "separable 32 3x3 pad=same relu"
      ),
      layer(
        "deconv",
        [countSlot("filters", "number of output channels"), shapeSlot("window", "height x width")],
        options: windowed + weighted,
        activation: true,
        "The transpose of a convolution, which makes an image larger.",
        "deconv 8 3x3 stride=2 pad=same relu"
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
      layer(
        "upsample",
        [shapeSlot("factors", "how many rows and columns each becomes")],
        "Repeats the rows and columns of an image.",
        "upsample 2x2"
      ),
      layer("flatten", [], "Makes a flat list of an image.", "flatten"),
      layer(
        "reshape",
        [shapeSlot("shape", "another shape of as many values")],
        "The same values in another shape.",
        "reshape 7x7x16"
      ),
      layer("pad", [borderSlot], "Zeros around an image.", "pad 1x1"),
      layer("crop", [borderSlot], "An image without its border.", "crop 1x1"),
      layer(
        "dropout",
        [
          Slot("rate", [.ratio], isRequired: true, range: 0...1, "share that is zeroed in training")
        ],
        "Zeroes a random share of the values, in training only.",
        "dropout 25%"
      ),
      layer(
        "noise",
        [Slot("deviation", [.number], isRequired: true, "standard deviation of what is added")],
        "Adds normally distributed numbers, in training only.",
        "noise 0.1"
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
          epsilonOption, frozenOption,
        ],
        "Brings each channel to mean 0 and variance 1, then scales and shifts it.",
        "batchnorm"
      ),
      layer(
        "layernorm",
        [],
        options: [epsilonOption, frozenOption],
        "Brings the features of each step or cell to mean 0 and variance 1, then scales and shifts.",
        "layernorm"
      ),
    ] + sequenceRows + blockRows
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

  private static let sequenceRows: [LayerRow] =
    [
      ("rnn", "Goes through a sequence step by step, with a tanh of input and memory."),
      ("gru", "Goes through a sequence step by step, with two gates (Cho et al., 2014)."),
      ("lstm", "Goes through a sequence step by step, with three gates and a cell."),
    ].map { name, summary in
      layer(
        name,
        [countSlot("units", "values remembered")],
        options: [
          Slot("sequence", [.bool], defaultText: "false", "whether every step is given"),
          Slot("bidirectional", [.bool], defaultText: "false", "whether a second goes backwards"),
        ] + initialized,
        summary,
        "\(name) 16"
      )
    } + [
      layer(
        "embedding",
        [countSlot("units", "values of a symbol")],
        options: [
          Slot("vocabulary", [.count], defaultText: "of the input", range: 1...1e7, "symbols")
        ] + initialized,
        "A row of weights for each symbol of a sequence.",
        "embedding 16"
      ),
      layer(
        "positional",
        [],
        "Adds sines and cosines that tell each step's place.",
        "positional"
      ),
      layer(
        "attention",
        [],
        options: [
          countOption("heads", "1", "independent looks"),
          Slot("size", [.count], isRequired: true, range: 1...1e6, "values of a query or key"),
          Slot("causal", [.bool], defaultText: "false", "whether no step sees those behind it"),
        ] + initialized,
        "Each step of a sequence looks at the others (Vaswani et al., 2017).",
        "attention heads=2 size=16"
      ),
    ]

  private static let blockRows: [LayerRow] = [
    layer(
      "residual",
      [],
      block: true,
      "Adds its input, or what 'shortcut { … }' makes of it, to what its block gives.",
      "residual { conv 16 3x3 pad=same }"
    ),
    layer(
      "branches",
      [],
      options: [
        Slot("join", [.word], catalogue: .joins, defaultText: "concat", "how results are joined")
      ],
      block: true,
      "Gives its input to each 'branch { … }' and joins what they give.",
      "branches join=add { branch { conv 8 1x1 }; branch { conv 8 3x3 pad=same } }"
    ),
    layer("branch", [], block: true, "One way through 'branches'.", "branch { conv 8 1x1 }"),
    layer(
      "repeat",
      [countSlot("times", "how often the block stands there")],
      block: true,
      "Its block, several times behind itself.",
      "repeat 4 { dense 16 relu }"
    ),
    layer(
      "use",
      [
        Slot(
          "network",
          [.network, .model],
          isRequired: true,
          "a network or model whose input has this shape"
        )
      ],
      options: [
        Slot("first", [.count], range: 1...1e6, "only so many of its layers"),
        Slot(
          "frozen",
          [.bool],
          defaultText: "false, true for a model",
          "whether training leaves it alone"
        ),
      ],
      "The layers of a network or model with its weights; 'net.encoder' reads them back.",
      "use encoder"
    ),
  ]

  private static let borderSlot = Slot(
    "border",
    [.shape, .list, .count],
    isRequired: true,
    "rows x columns on each side, or [top, bottom, left, right]"
  )

  private static let epsilonOption = Slot(
    "epsilon",
    [.number],
    defaultText: "1e-3",
    range: 0...1,
    "added to the variance"
  )

  private static let frozenOption = Slot(
    "frozen",
    [.bool],
    defaultText: "false",
    "whether training leaves it alone"
  )

  private static let paddingOption = Slot(
    "pad",
    [.word],
    catalogue: .paddings,
    defaultText: "valid",
    "what happens at the border"
  )

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
    paddingOption,
  ]

  private static let weighted =
    [
      Slot("bias", [.bool, .list, .tensor], defaultText: "true", "false, or the values"),
      Slot("weights", [.list, .tensor, .string], "values given by hand, or a .csv or .npy file"),
    ] + initialized

  private static let initialized = [
    Slot("start", [.word], catalogue: .initializers, "initialiser of the weights"), frozenOption,
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
