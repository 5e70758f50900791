import Compression
import Datasets
import Deployment
import Networks

/// The words that stand for themselves, by catalogue.
public enum CatalogueTable {
  /// The words of one catalogue, in the order of the documentation.
  public static func names(in catalogue: Catalogue) -> [String] {
    switch catalogue {
    case .datasets:
      Datasets.Catalogue.names
    case .optimizers: ["adam", "sgd", "momentum", "nesterov", "rmsprop", "adamw", "adagrad"]
    case .losses: LossFunction.allCases.map(\.rawValue)
    case .activations: activationNames
    case .quantizations: QuantizationKind.allCases.map(\.rawValue)
    case .formats: ["tflite"]
    case .boards: Board.all.map(\.id)
    case .pruningMethods: PruningOptions.Method.allCases.map(\.rawValue)
    case .pruningUnits: PruningOptions.Unit.allCases.map(\.rawValue)
    case .scopes: ["layer", "global"]
    case .schedules: ["constant", "polynomial"]
    case .ranks: ["l1", "l2"]
    case .clusterScopes: ["layer", "channel"]
    case .clusterStarts: ["linear", "quantile", "kmeanspp", "optimal"]
    case .observers: ["minmax", "percentile", "mse", "entropy"]
    case .granularities: ["channel", "tensor"]
    case .modes: ["post", "aware"]
    case .ranges: RangeChange.allCases.map(\.rawValue)
    case .promises: ["sparsity", "clusters"]
    case .initializers: Initializer.allCases.map(\.rawValue)
    case .plots:
      [
        "curves", "weights", "confusion", "activations", "samples", "plan", "filters", "maps",
        "attention", "latent", "reconstructions", "bubble",
      ] + CompressionPlot.words
    case .topics: Topics.words
    case .joins: ["concat", "add"]
    case .paddings: ["valid", "same"]
    case .subjects: ["lineage", "plan", "cost", "quantization", "sizes"]
    case .roundings: ["tflm", "litert"]
    case .metrics: ["accuracy", "loss", "mae", "rmse", "r2"]
    case .rateSchedules:
      ["constant", "step", "exponential", "cosine", "warmup", "onecycle", "plateau"]
    case .targets: ["input"]
    case .features: ["mfcc", "logmel", "spectrum", "statistics", "windows"]
    case .answerSteps: ["last", "every"]
    case .missingCells: ["refuse", "drop"]
    case .searchKinds: ["float32"] + QuantizationKind.allCases.map(\.rawValue)
    case .weightKinds: WeightKind.allCases.map(\.rawValue)
    }
  }

  /// The functions that may end a layer.
  static let activationNames = [
    "relu", "relu6", "leaky", "sigmoid", "tanh", "softmax", "softplus", "gelu", "hardswish",
    "hardsigmoid", "linear", "step",
  ]

  /// Whether any catalogue has the word.
  public static func contains(_ word: String) -> Bool { all.contains(word) }

  private static let all = Set(Catalogue.allCases.flatMap { names(in: $0) })
}
