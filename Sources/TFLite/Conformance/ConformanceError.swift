import Inference

/// Why vectors cannot be compared.
public enum ConformanceError: Error, Hashable, Sendable {
  /// A file of the folder that cannot be read.
  case file(String, reason: String)
  /// The manifest is not what it must be.
  case manifest(String)
  /// An `.npz` file that is damaged or holds something else.
  case archive(String)
  /// Inputs or outputs of another size than the model's.
  case rows(String)
  /// The model is no file that can be read.
  case model(TFLiteError)
  /// The model cannot be run.
  case run(GraphError)
  /// Something about one vector.
  indirect case vector(id: String, ConformanceError)
}

extension ConformanceError: CustomStringConvertible {
  /// The words of the diagnostic.
  public var description: String {
    switch self {
    case .file(let path, let reason): "'\(path)' cannot be read: \(reason)"
    case .manifest(let problem): "the manifest cannot be used: \(problem)"
    case .archive(let problem): "the archive cannot be used: \(problem)"
    case .rows(let problem): problem
    case .model(let error): error.description
    case .run(let error): error.description
    case .vector(let id, let error): "vector '\(id)': \(error.description)"
    }
  }
}
