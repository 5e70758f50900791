/// Why bytes are not a model that can be used.
public enum TFLiteError: Error, Hashable, Sendable {
  /// The bytes `TFL3` do not stand at offset 4.
  case notTFLite
  /// A reference or a list leads out of the file.
  case outOfBounds(offset: Int)
  /// Lists refer to the same bytes again and again, more than any real model.
  case repeatedReferences
  case schemaVersion(Int)
  case subgraphCount(Int)
  /// An index into a list of the file that has no such entry.
  case noSuchEntry(list: String, index: Int, count: Int)
  case unknownOperation(name: String, known: [String])
  case customOperation(name: String)
  case operationVersion(name: String, found: Int, newest: Int)
  case elementType(tensor: String, code: Int)
  /// A tensor stored sparsely, as a string, or otherwise in a form that is not read.
  case tensorForm(tensor: String, String)
  /// An option of an operation that has a value or meaning not supported.
  case option(operation: String, option: String, value: Int)
  /// A graph that cannot be written.
  case unwritable(String)
}

extension TFLiteError: CustomStringConvertible {
  /// The words of the diagnostic.
  public var description: String {
    switch self {
    case .notTFLite: "this is no TensorFlow Lite model: 'TFL3' does not stand at byte 4"
    case .outOfBounds(let offset):
      "the model is cut short or damaged: byte \(offset) refers to something outside the file"
    case .repeatedReferences:
      "the model is damaged: its lists refer to the same bytes again and again"
    case .schemaVersion(let version):
      "the model has schema version \(version), but only version 3 is known"
    case .subgraphCount(let count): "the model has \(count) subgraphs, but must have 1"
    case .noSuchEntry(let list, let index, let count):
      "the model refers to entry \(index) of its \(list), which has \(count)"
    case .unknownOperation(let name, let known):
      "the operation \(name) is not known; known are \(known.joined(separator: ", "))"
    case .customOperation(let name):
      "the custom operation '\(name)' is not known; only built-in operations are"
    case .operationVersion(let name, let found, let newest):
      "version \(found) of \(name) is not known; the newest known is \(newest)"
    case .elementType(let tensor, let code):
      "tensor '\(tensor)' has element type \(code), which is not known"
    case .tensorForm(let tensor, let form): "tensor '\(tensor)' is \(form), which is not read"
    case .option(let operation, let option, let value):
      "\(operation) with \(option) \(value) is not known"
    case .unwritable(let reason): "this graph cannot be written: \(reason)"
    }
  }
}
