import CKernels

/// An operation that can run over bordered images.
struct TileStep {
  enum Work {
    case layer(PackedLayer)
    case pool(PoolingKernel)
    case mean(Reduction)
    case sum(TileSum.Rule)
    /// The same cells in another shape: nothing to do.
    case alias
  }

  let work: Work
  /// Tensors that it reads as images, with their places among the operation's inputs.
  let inputs: [(place: Int, tensor: Int)]
  let output: Int
  /// What it needs around its input.
  let border: Border
  /// Whether it reads and writes images as one row without borders.
  let needsContiguousImages: Bool

  var isLayer: Bool {
    if case .layer = work { true } else { false }
  }

  /// The quick form of a planned operation; nil if it has none.
  init?(_ planned: PlannedKernel, set: ck_tile_set, byteLimit: Int) {
    let preparation = planned.preparation
    let operation = preparation.operation
    guard let output = operation.outputs.first, let first = operation.inputs.first ?? nil,
      let input = preparation.optionalInput(0),
      input.type == .int8 || input.type == .float32, !input.tensor.isVariable
    else { return nil }
    self.output = output
    var inputs = [(place: 0, tensor: first)]
    var border = Border.none
    var needsContiguousImages = false
    switch planned.kernel {
    case let layer as WeightedSum:
      if case .fullyConnected = operation.kind {
        needsContiguousImages = true
      } else if layer.window.batches != 1 {
        return nil
      }
      guard let packed = PackedLayer(layer, set: set, byteLimit: byteLimit) else { return nil }
      work = .layer(packed)
      border = layer.window.border
    case let pool as PoolingKernel:
      guard pool.window.batches == 1 else { return nil }
      work = .pool(pool)
    case let reduction as Reduction:
      guard case .mean = operation.kind, input.shape.count == 4, input.shape[0] == 1,
        let axes = try? preparation.input(1),
        let listed = try? preparation.integers(axes), Set(listed) == [1, 2],
        reduction.output.count == input.shape[3]
      else { return nil }
      work = .mean(reduction)
    case let rearrangement as Rearrangement:
      guard rearrangement.sources == nil else { return nil }
      work = .alias
      needsContiguousImages = true
    default:
      guard let rule = Self.sumRule(preparation), operation.inputs.count == 2,
        let second = operation.inputs[1]
      else { return nil }
      work = .sum(rule)
      inputs.append((1, second))
    }
    self.inputs = inputs
    self.border = border
    self.needsContiguousImages = needsContiguousImages
  }

  /// The rule of ADD and SUB of two tensors of one shape.
  private static func sumRule(_ preparation: Preparation) -> TileSum.Rule? {
    let (activation, subtracts): (FusedActivation, Bool)
    switch preparation.operation.kind {
    case .add(let fused): (activation, subtracts) = (fused, false)
    case .subtract(let fused): (activation, subtracts) = (fused, true)
    default: return nil
    }
    guard let left = preparation.optionalInput(0, "left input"),
      let right = preparation.optionalInput(1, "right input"), left.shape == right.shape,
      let range = try? preparation.activationRange(activation, of: preparation.output())
    else { return nil }
    if left.type == .float32 { return .floats(subtracts: subtracts, range.floats) }
    let leftShift: Int32 = 20
    guard
      let scales = try? SumScales(
        preparation,
        left,
        right,
        preparation.output(),
        leftShift: leftShift,
        inSingle: subtracts
      )
    else { return nil }
    return .integers(
      CellSum(scales, range: range.integers, leftShift: leftShift, subtracts: subtracts)
    )
  }

  /// The kernels that do it, over images by tensor; nil if an image is missing.
  func kernel(_ images: [Int: BorderedImage]) -> [any Kernel]? {
    guard let input = images[inputs[0].tensor], let output = images[output] else { return nil }
    switch work {
    case .layer(let packed): return [TileLayer(packed, from: input, to: output)]
    case .pool(let pool): return [TilePool(pool: pool, input: input, output: output)]
    case .mean(let reduction):
      return [TileMean(reduction: reduction, input: input, output: output)]
    case .sum(let rule):
      guard let right = images[inputs[1].tensor] else { return nil }
      return [TileSum(rule: rule, left: input, right: right, output: output)]
    case .alias: return input.offset == output.offset ? [] : nil
    }
  }
}
