import Compression
import Inference
import Networks
import Tensors
import Testing

@Suite("Sizes")
struct SizesTests {
  /// Tensors of all kinds: dense and sparse, few and many values, wide and narrow elements.
  private static func tensor(seed: UInt64) -> StoredTensor {
    var random = SeededGenerator(seed: seed)
    let count = 1 + random.nextIndex(below: seed % 5 == 0 ? 3000 : 90)
    let elementBytes = [1, 2, 4][random.nextIndex(below: 3)]
    let levels = 1 + random.nextIndex(below: 40)
    let density = [0.002, 0.1, 0.6, 1.0][random.nextIndex(below: 4)]
    var bytes: [UInt8] = []
    for _ in 0..<count {
      let isZero = random.nextUnit() >= density
      let value = isZero ? 0 : UInt64(random.nextIndex(below: levels)) &* 0x9E37_79B9 &+ 1
      for byte in 0..<elementBytes { bytes.append(UInt8(truncatingIfNeeded: value >> (8 * byte))) }
    }
    return StoredTensor(bytes: bytes, elementBytes: elementBytes)
  }

  @Test(arguments: UInt64(0)..<80)
  func `every coded form restores the bytes`(seed: UInt64) throws {
    let tensor = Self.tensor(seed: seed)
    let count = tensor.count
    let width = tensor.elementBytes
    #expect(Decoder.inflate(deflated(tensor.bytes), count: tensor.bytes.count) == tensor.bytes)
    let bitmask = SparseCoding.bitmask(tensor)
    #expect(Decoder.bitmask(bitmask, count: count, elementBytes: width) == tensor.bytes)
    let runs = SparseCoding.runLength(tensor)
    #expect(Decoder.runLength(runs, count: count, elementBytes: width) == tensor.bytes)
    let codebook = try #require(CodebookCoding.encoded(tensor))
    #expect(Decoder.codebook(codebook, count: count, elementBytes: width) == tensor.bytes)
    let huffman = try #require(HuffmanCoding.encoded(tensor))
    #expect(Decoder.huffman(huffman, count: count, elementBytes: width) == tensor.bytes)
  }

  /// The example of a textbook (Cormen et al., Introduction to Algorithms, section 16.3): letters
  /// that occur 45, 13, 12, 16, 9 and 5 thousand times take 224,000 bits.
  @Test func `Huffman words are as short as the textbook's`() throws {
    var bytes: [UInt8] = []
    for (letter, thousands) in [(1, 45), (2, 13), (3, 12), (4, 16), (5, 9), (6, 5)] {
      bytes += Array(repeating: UInt8(letter), count: thousands * 1000)
    }
    let coded = try #require(
      HuffmanCoding.encoded(StoredTensor(bytes: bytes, elementBytes: 1))
    )
    // One byte for the form, two for the number of letters, two for each letter.
    #expect(coded.count == 1 + 2 + 6 * 2 + 224_000 / 8)
  }

  @Test func `a pruned network's sizes stand in the order that theory gives`() throws {
    var random = SeededGenerator(seed: 1)
    let network = try SampleNetwork.images(seed: 31)
    let dense = WeightSizes(network)
    let count = network.parameters.joined().reduce(0) { $0 + $1.tensor.count }
    #expect(dense.denseBytes == 4 * count)
    let (pruned, _) = try prune(network, PruningOptions(sparsity: 0.9), using: &random)
    var options = ClusteringOptions(clusters: 8)
    options.keepsSparsity = true
    let (clustered, _) = try cluster(pruned, options, using: &random)
    let sparse = WeightSizes(pruned)
    let small = WeightSizes(clustered)
    // The file itself does not shrink: only coding makes use of zeros and of shared values.
    #expect(sparse.denseBytes == dense.denseBytes)
    #expect(small.denseBytes == dense.denseBytes)
    #expect(sparse.sparseBytes < sparse.denseBytes / 2)
    #expect(sparse.deflatedBytes < dense.deflatedBytes)
    #expect(small.deflatedBytes < sparse.deflatedBytes)
    #expect(small.codebookBytes < dense.denseBytes / 3)
    #expect(small.huffmanBytes < small.codebookBytes)
    #expect(dense.codebookBytes <= dense.denseBytes + network.parameters.joined().count)
  }

  @Test func `a model's constants count with their scales, and shapes do not`() {
    let graph = Graph(
      name: "m",
      tensors: [
        GraphTensor(name: "x", shape: [1, 4], type: .int8),
        GraphTensor(
          name: "w",
          shape: [2, 4],
          type: .int8,
          quantization: .perChannel(scales: [1, 1], zeroPoints: [0, 0], axis: 0),
          constant: Array(repeating: 3, count: 8)
        ),
        GraphTensor(
          name: "b",
          shape: [2],
          type: .int32,
          quantization: .perTensor(scale: 1, zeroPoint: 0),
          constant: Array(repeating: 0, count: 8)
        ),
        GraphTensor(name: "shape", shape: [2], type: .int32, constant: [1, 0, 0, 0, 2, 0, 0, 0]),
      ],
      operations: [],
      inputs: [0],
      outputs: []
    )
    // 8 weights, 2 scales and 2 zero points of 4 bytes each, 2 biases of 4 bytes.
    #expect(WeightSizes(graph).denseBytes == 8 + 16 + 8)
  }
}
