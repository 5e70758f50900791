import CKernels

/// What a hybrid layer has beside its weights, in the order of channels and filled up to whole units.
struct HybridOperands: Sendable {
  let scales: MemoryBlock
  let bias: MemoryBlock
  let weightSums: [Int32]
  /// Whether activations are quantized around 0.
  let isSymmetric: Bool

  /// `weights` are terms x channels.
  init(
    _ weights: [Int8],
    bias given: [Float],
    scales given2: [Float],
    isSymmetric: Bool,
    units: Int
  ) {
    self.isSymmetric = isSymmetric
    let count = units * Int(ck_tile_unit)
    scales = MemoryBlock(byteCount: count * 4)
    bias = MemoryBlock(byteCount: count * 4)
    _ = scales.bytes.assumingMemoryBound(to: Float.self).update(fromContentsOf: given2)
    _ = bias.bytes.assumingMemoryBound(to: Float.self).update(fromContentsOf: given)
    var sums = [Int32](repeating: 0, count: count)
    let channels = given2.count
    for (index, weight) in weights.enumerated() { sums[index % channels] &+= Int32(weight) }
    weightSums = sums
  }
}

/// The memory in which a hybrid layer quantizes its input.
struct HybridScratch: Sendable {
  let image: BorderedImage
  /// Where its sums' first values lie in working memory.
  let biasOffset: Int

  /// Memory for a layer from a place of working memory on; nil if the image is too large.
  init?(_ packed: PackedLayer, for input: GraphTensor, at start: Int) {
    guard var image = BorderedImage(input, format: packed.format, border: packed.window.border)
    else { return nil }
    image.offset = start
    self.image = image
    biasOffset = start + image.byteCount
    byteCount = image.byteCount + Slot.aligned(packed.units * Int(ck_tile_unit) * 4)
  }

  let byteCount: Int
}

/// CONV_2D and FULLY_CONNECTED with float activations and int8 weights: activations are quantized
/// over their own range, sums of integers scaled back.
struct HybridLayer: Kernel {
  private let layer: TileLayer
  private let operands: HybridOperands
  private let set: ck_tile_set
  private let input: BorderedImage
  private let scratch: HybridScratch
  private let output: BorderedImage

  /// A packed hybrid layer over its images; nil for other layers.
  init?(
    _ packed: PackedLayer,
    from input: BorderedImage,
    by scratch: HybridScratch,
    to output: BorderedImage
  ) {
    guard let operands = packed.hybrid, case .integers(let set) = packed.format else { return nil }
    layer = TileLayer(packed, from: scratch.image, to: output)
    self.operands = operands
    self.set = set
    self.input = input
    self.scratch = scratch
    self.output = output
  }

  func run(_ memory: Memory) {
    guard let base = memory.working.bytes.baseAddress else { return }
    let from = memory.cells(input)?.assumingMemoryBound(to: Float.self)
    var shape = input.shape
    var (low, high): (Float, Float) = (0, 0)
    ck_tiles_range(set, &shape, from, &low, &high)
    let rule = RunningRange(low: low, high: high, isSymmetric: operands.isSymmetric)
    let zeroCell = rule.zeroPoint + 128
    if !scratch.image.isContiguous { scratch.image.fill(memory.working, with: Int(zeroCell)) }
    ck_tiles_quantize(
      set,
      &shape,
      from,
      rule.inverse,
      rule.zeroPoint,
      scratch.image.shape.row,
      memory.cells(scratch.image)
    )
    let bias = (base + scratch.biasOffset).assumingMemoryBound(to: Int32.self)
    for (place, sum) in operands.weightSums.enumerated() { bias[place] = 0 &- zeroCell &* sum }
    var layer = layer.layer
    layer.bias = UnsafeRawPointer(bias)
    layer.input_scale = rule.scale
    ck_tiles_convolve_hybrid(
      &layer,
      memory.cells(scratch.image, before: self.layer.inputBytesBefore),
      memory.cells(output)?.assumingMemoryBound(to: Float.self)
    )
  }
}
