import Inference
import Networks

/// What the same weights take when they are stored in different ways.
///
/// Every figure counts all that a reader needs beside the architecture: tables, codebooks, masks,
/// biases and quantization parameters. A coding that would make a tensor larger leaves it as it is;
/// the byte per tensor that says so is counted.
public struct WeightSizes: Hashable, Sendable {
  /// Elements one after another.
  public let denseBytes: Int
  /// Only what is not 0, with a bit per element.
  public let bitmaskBytes: Int
  /// Only what is not 0, with the lengths of the runs of zeros.
  public let runLengthBytes: Int
  /// Indices and codebooks.
  public let codebookBytes: Int
  /// The dense bytes through zlib, level 9.
  public let deflatedBytes: Int
  /// Huffman words for elements, or for runs of zeros and elements.
  public let huffmanBytes: Int

  /// The smaller of the two sparse forms.
  public var sparseBytes: Int { min(bitmaskBytes, runLengthBytes) }

  /// The sizes of a network's parameters.
  public init(_ network: Network) { self.init(network.storedTensors) }

  /// The sizes of a model's constants.
  public init(_ graph: Graph) { self.init(graph.storedTensors) }

  /// The sizes of stored tensors.
  public init(_ tensors: [StoredTensor]) {
    denseBytes = tensors.reduce(0) { $0 + $1.bytes.count }
    deflatedBytes = deflated(tensors.flatMap(\.bytes)).count
    bitmaskBytes = Self.bytes(tensors, SparseCoding.bitmask)
    runLengthBytes = Self.bytes(tensors, SparseCoding.runLength)
    codebookBytes = Self.bytes(tensors, CodebookCoding.encoded)
    huffmanBytes = Self.bytes(tensors, HuffmanCoding.encoded)
  }

  private static func bytes(_ tensors: [StoredTensor], _ code: (StoredTensor) -> [UInt8]?) -> Int {
    tensors.reduce(0) { sum, tensor in
      guard tensor.isCodable else { return sum + tensor.bytes.count }
      let coded = code(tensor)?.count ?? tensor.bytes.count
      return sum + 1 + min(coded, tensor.bytes.count)
    }
  }
}
