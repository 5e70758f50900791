import CKernels
import Tensors
import Testing

@testable import Inference

/// Layers over bordered images beside the reference kernels, which are compared with TensorFlow Lite
/// Micro elsewhere: the same integers for any shape.
@Suite("Layers over bordered images")
struct TileTests {
  @Test(arguments: UInt64(0)..<80)
  func `baseline equals the reference kernels`(seed: UInt64) throws {
    try check(seed, ck_tiles_baseline)
  }

  @Test(.enabled(if: ck_tiles_has_set(ck_tiles_avx2) != 0), arguments: UInt64(0)..<160)
  func `AVX2 equals the reference kernels`(seed: UInt64) throws {
    try check(seed, ck_tiles_avx2)
  }

  @Test(.enabled(if: ck_tiles_has_set(ck_tiles_avx_vnni) != 0), arguments: UInt64(0)..<160)
  func `AVX-VNNI equals the reference kernels`(seed: UInt64) throws {
    try check(seed, ck_tiles_avx_vnni)
  }

  @Test(.enabled(if: ck_tiles_has_set(ck_tiles_avx512_vnni) != 0), arguments: UInt64(0)..<160)
  func `AVX-512 VNNI equals the reference kernels`(seed: UInt64) throws {
    try check(seed, ck_tiles_avx512_vnni)
  }

  @Test(arguments: UInt64(0)..<80)
  func `the code around VNNI's instruction equals the reference kernels`(seed: UInt64) throws {
    try check(seed, ck_tiles_like_avx_vnni)
    try check(seed, ck_tiles_like_avx512_vnni)
  }

  private func check(_ seed: UInt64, _ set: ck_tile_set) throws {
    for rounding in Rounding.allCases {
      let graph = RandomGraph(seed: seed).graph
      let quick = try GraphRunner(graph, rounding: rounding, tileSet: set)
      let reference = try GraphRunner(graph, rounding: rounding, tileSet: nil)
      var generator = SeededGenerator(seed: seed)
      for _ in 0..<3 {
        let count = graph.tensors[0].byteCount
        let input = (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
        let found = try quick.run(inputs: [input])
        let expected = try reference.run(inputs: [input])
        #expect(found == expected, "\(graph.operations.map(\.kind))")
      }
    }
  }

  @Test
  func `most random graphs have quick layers`() throws {
    let quick = try (UInt64(0)..<60).filter { seed in
      try GraphRunner(RandomGraph(seed: seed).graph, tileSet: ck_tiles_baseline).tiles != nil
    }
    #expect(quick.count >= 50)
  }

  /// The least and largest sum of a random channel with at most `count` sums.
  private func channel(_ seed: UInt64, signed: Bool, count: Int64) -> ck_exact_channel {
    var generator = SeededGenerator(seed: seed)
    let shift = -Int32.random(in: 2...9, using: &generator)
    let multiplier = Int32.random(in: 1 << 30...Int32.max, using: &generator)
    let zero = signed ? Int32.random(in: -100...100, using: &generator) : -128
    let least = -Int64.random(in: 0...count / 2, using: &generator)
    return ck_exact_channel(
      multiplier: multiplier,
      shift: shift,
      real: seed % 5 == 4 ? Double(multiplier) * 0x1p-31 / Double(1 << -shift) : 0,
      least: least,
      largest: least + count,
      minimum: -128 - zero,
      maximum: 127 - zero
    )
  }

  /// Every sum that a channel can meet, against the exact rule in 64-bit integers.
  @Test(arguments: UInt64(0)..<24)
  func `verified rules equal the exact one for every sum`(seed: UInt64) {
    let signed = seed % 2 == 0
    var channel = channel(seed, signed: signed, count: 150_000)
    var single = ck_single_rule()
    var (scale, nudge) = (0.0, 0.0)
    let hasSingle = ck_verify_single(&channel, signed ? 1 : 0, &single) != 0
    #expect(ck_verify_double(&channel, &scale, &nudge) != 0)
    var differences = 0
    for sum in Int32(channel.least)...Int32(channel.largest) {
      let exact = ck_exact_result(&channel, sum)
      func bounded(_ value: Int32) -> Int32 {
        min(max(value, channel.minimum), channel.maximum)
      }
      if bounded(ck_double_result(scale, nudge, sum)) != exact { differences += 1 }
      if hasSingle, bounded(ck_single_result(&single, signed ? 1 : 0, sum)) != exact {
        differences += 1
      }
    }
    #expect(differences == 0)
  }

  @Test
  func `most channels have a rule in single precision`() {
    var found = 0
    for seed in UInt64(0)..<200 {
      var channel = channel(seed, signed: seed % 2 == 0, count: 2_000_000)
      var rule = ck_single_rule()
      found += Int(ck_verify_single(&channel, seed % 2 == 0 ? 1 : 0, &rule))
    }
    #expect(found >= 180)
  }

  @Test(arguments: UInt64(0)..<20)
  func `the exact rule is that of the reference kernels`(seed: UInt64) {
    var channel = channel(seed, signed: true, count: 1_000_000)
    channel.real = 0
    let factor = FixedPointFactor(multiplier: channel.multiplier, shift: channel.shift)
    for sum in stride(from: Int32(channel.least), to: Int32(channel.largest), by: 997) {
      let expected = min(max(factor.applied(to: sum), channel.minimum), channel.maximum)
      #expect(ck_exact_result(&channel, sum) == expected)
    }
  }
}

/// A small int8 network made at random: layers of every kind that has a quick form, some with options
/// that have none.
struct RandomGraph {
  private(set) var graph = Graph(name: "main", tensors: [], operations: [], inputs: [], outputs: [])
  private var generator: SeededGenerator

  init(seed: UInt64) {
    generator = SeededGenerator(seed: seed)
    let channels = pick([1, 3, 4, 8, 16, 17, 20, 24, 32, 64, 80])
    var current = tensor([1, pick([5, 8, 9]), pick([1, 4, 7, 13, 16, 24]), channels])
    graph.inputs = [current]
    for _ in 0..<pick([1, 2, 3, 4]) { current = layer(current) }
    if pick([0, 1]) == 0 {
      let shape = graph.tensors[current].shape
      let flat = tensor([1, shape.reduce(1, *)], like: current)
      append(.reshape, [current], flat)
      current = dense(flat)
    }
    graph.outputs = [current]
  }

  private mutating func pick<Value>(_ values: [Value]) -> Value {
    values[Int.random(in: 0..<values.count, using: &generator)]
  }

  private mutating func tensor(_ shape: [Int], like other: Int? = nil) -> Int {
    let quantization =
      other.map { graph.tensors[$0].quantization }
      ?? .perTensor(
        scale: Float.random(in: 0.01...0.1, using: &generator),
        zeroPoint: pick([-128, -128, 0, 7, 127, Int.random(in: -128...127, using: &generator)])
      )
    graph.tensors.append(
      GraphTensor(
        name: "t\(graph.tensors.count)",
        shape: shape,
        type: .int8,
        quantization: quantization
      )
    )
    return graph.tensors.count - 1
  }

  private mutating func append(_ kind: OperationKind, _ inputs: [Int], _ output: Int) {
    graph.operations.append(Operation(kind: kind, inputs: inputs, outputs: [output]))
  }

  /// Weights with a scale per channel and a bias.
  private mutating func constants(_ shape: [Int], axis: Int, reals: ClosedRange<Float>) -> [Int] {
    let channels = shape[axis]
    let terms = shape.reduce(1, *) / channels
    let spread = Float(terms).squareRoot()
    let scales = (0..<channels).map { _ in
      Float.random(in: reals, using: &generator) / spread * (pick([0, 1, 2, 3]) == 0 ? 8 : 1)
    }
    graph.tensors.append(
      GraphTensor(
        name: "w\(graph.tensors.count)",
        shape: shape,
        type: .int8,
        quantization: .perChannel(
          scales: scales,
          zeroPoints: [Int](repeating: 0, count: channels),
          axis: axis
        ),
        constant: (0..<shape.reduce(1, *)).map { _ in UInt8.random(in: 0...255, using: &generator) }
      )
    )
    let bias = (0..<channels).map { _ in Int32.random(in: -9000...9000, using: &generator) }
    graph.tensors.append(
      GraphTensor(
        name: "b\(graph.tensors.count)",
        shape: [channels],
        type: .int32,
        constant: littleEndianBytes(bias)
      )
    )
    return [graph.tensors.count - 2, graph.tensors.count - 1]
  }

  private mutating func activation() -> FusedActivation { pick([.none, .relu, .relu6]) }

  private mutating func layer(_ input: Int) -> Int {
    let shape = graph.tensors[input].shape
    switch Int.random(in: 0..<7, using: &generator) {
    case 0, 1: return convolution(input)
    case 2: return depthwise(input)
    case 3:
      let other = convolution(input, keepsShape: true)
      let output = tensor(shape)
      append(pick([.add(activation()), .subtract(activation())]), [input, other], output)
      return output
    case 4: return pool(input)
    case 5:
      guard shape[1] > 1 else { return convolution(input) }
      let output = tensor([1, 1, 1, shape[3]])
      graph.tensors.append(
        GraphTensor(
          name: "axes\(graph.tensors.count)",
          shape: [2],
          type: .int32,
          constant: littleEndianBytes([Int32(1), 2])
        )
      )
      append(.mean(keepsDimensions: true), [input, graph.tensors.count - 1], output)
      return output
    default: return convolution(input)
    }
  }

  private mutating func window(_ shape: [Int]) -> (GraphWindow, Int, Int, [Int]) {
    let height = min(pick([1, 1, 2, 3, 3, 4, 5]), shape[1])
    let width = min(pick([1, 1, 2, 3, 3, 4]), shape[2])
    let padding: GraphPadding = pick([.same, .valid])
    let fits = { (dilation: Int, taps: Int, size: Int) in (taps - 1) * dilation < size }
    let dilation = pick([1, 1, 1, 2])
    let dilates = fits(dilation, height, shape[1]) && fits(dilation, width, shape[2])
    let window = GraphWindow(
      padding: padding,
      strideHeight: pick([1, 1, 2]),
      strideWidth: pick([1, 1, 2]),
      dilationHeight: dilates ? dilation : 1,
      dilationWidth: dilates ? dilation : 1
    )
    func extent(_ size: Int, _ taps: Int, _ stride: Int, _ dilation: Int) -> Int {
      padding == .same
        ? (size + stride - 1) / stride : (size - (taps - 1) * dilation - 1) / stride + 1
    }
    let rows = extent(shape[1], height, window.strideHeight, window.dilationHeight)
    let columns = extent(shape[2], width, window.strideWidth, window.dilationWidth)
    return (window, height, width, [1, rows, columns])
  }

  private mutating func convolution(_ input: Int, keepsShape: Bool = false) -> Int {
    let shape = graph.tensors[input].shape
    var (window, height, width, extents) = window(shape)
    if keepsShape {
      window = GraphWindow(padding: .same, strideHeight: 1, strideWidth: 1)
      extents = Array(shape[0..<3])
    }
    let channels = keepsShape ? shape[3] : pick([1, 5, 8, 16, 24, 33, 64])
    let weights = constants([channels, height, width, shape[3]], axis: 0, reals: 0.001...0.02)
    let output = tensor(extents + [channels])
    append(.convolution(window, activation()), [input] + weights, output)
    return output
  }

  private mutating func depthwise(_ input: Int) -> Int {
    let shape = graph.tensors[input].shape
    let (window, height, width, extents) = window(shape)
    let multiplier = pick([1, 1, 1, 2])
    let channels = shape[3] * multiplier
    let weights = constants([1, height, width, channels], axis: 3, reals: 0.002...0.02)
    let output = tensor(extents + [channels])
    append(
      .depthwiseConvolution(window, multiplier: multiplier, activation()),
      [input] + weights,
      output
    )
    return output
  }

  private mutating func pool(_ input: Int) -> Int {
    let shape = graph.tensors[input].shape
    var (window, height, width, extents) = window(shape)
    window = GraphWindow(
      padding: .same,
      strideHeight: window.strideHeight,
      strideWidth: window.strideWidth
    )
    extents = [
      1, (shape[1] + window.strideHeight - 1) / window.strideHeight,
      (shape[2] + window.strideWidth - 1) / window.strideWidth,
    ]
    let output = tensor(extents + [shape[3]], like: input)
    let kind: OperationKind =
      pick([true, false])
      ? .maxPool(window, height: height, width: width, .none)
      : .averagePool(window, height: height, width: width, .none)
    append(kind, [input], output)
    return output
  }

  private mutating func dense(_ input: Int) -> Int {
    let inputs = graph.tensors[input].shape[1]
    let outputs = pick([2, 10, 16, 40, 128, 130, 256])
    let weights = constants([outputs, inputs], axis: 0, reals: 0.001...0.02)
    let output = tensor([1, outputs])
    append(.fullyConnected(activation(), keepsDimensions: false), [input] + weights, output)
    return output
  }
}
