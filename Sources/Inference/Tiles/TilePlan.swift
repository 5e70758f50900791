import CKernels

/// A graph's operations with quick ones over bordered images where there are such.
///
/// Tensors between quick operations have an image only; at the edges they are copied.
struct TilePlan: Sendable {
  let kernels: [any Kernel]
  /// Bytes of working memory: the tensors', and behind them the images'.
  let workingBytes: Int
  private let filled: Set<Int>
  private let images: [BorderedImage]

  /// Whether a run fills a tensor, so that it may be read.
  func isFilled(_ tensor: Int) -> Bool { filled.contains(tensor) }

  /// Writes the borders of images.
  func prepare(_ working: MemoryBlock) {
    for image in images { image.fill(working) }
  }

  /// Plans what is quick; nil if there is no quick layer, or not enough memory for it.
  init?(
    _ graph: Graph,
    _ planned: [PlannedKernel],
    set: ck_tile_set,
    workingBytes: Int,
    byteLimit: Int
  ) {
    var steps: [TileStep?] = []
    var bytes = 0
    for kernel in planned {
      let step = TileStep(kernel, set: set, byteLimit: byteLimit - bytes)
      if case .layer(let layer)? = step?.work { bytes += layer.byteCount }
      steps.append(step)
    }
    guard let layout = ImageLayout(graph, &steps, set: set, from: workingBytes),
      bytes + layout.byteCount <= byteLimit
    else { return nil }
    var isCopied = Set(graph.tensors.indices.filter { !layout.isComputed($0) })
    var hasImage: Set<Int> = []
    var kernels: [any Kernel] = []
    func export(_ tensor: Int, _ operand: Operand) {
      guard !isCopied.contains(tensor), let image = layout.images[tensor] else { return }
      kernels.append(ImageExport(image: image, operand: operand))
      isCopied.insert(tensor)
    }
    for (plannedKernel, step) in zip(planned, steps) {
      let operation = plannedKernel.preparation.operation
      guard let step else {
        for (place, input) in operation.inputs.enumerated() {
          guard let input, let operand = plannedKernel.preparation.optionalInput(place) else {
            continue
          }
          export(input, operand)
        }
        kernels.append(plannedKernel.kernel)
        isCopied.formUnion(operation.outputs)
        continue
      }
      for (place, input) in step.inputs where !hasImage.contains(input) {
        guard let image = layout.images[input],
          let operand = plannedKernel.preparation.optionalInput(place)
        else { return nil }
        kernels.append(ImageImport(operand: operand, image: image))
        hasImage.insert(input)
      }
      guard let kernel = step.kernel(layout.images) else { return nil }
      kernels += kernel
      hasImage.insert(step.output)
      if graph.outputs.contains(step.output) {
        export(step.output, plannedKernel.preparation.output())
      }
    }
    self.kernels = kernels
    self.workingBytes = workingBytes + layout.byteCount
    images = Array(Set(layout.images.values))
    filled = isCopied
  }
}

/// Where the images of tensors lie.
private struct ImageLayout {
  private(set) var images: [Int: BorderedImage] = [:]
  private(set) var byteCount = 0
  private let computed: Set<Int>

  /// Whether an operation computes the tensor in quick form.
  func isComputed(_ tensor: Int) -> Bool { computed.contains(tensor) }

  /// Lays images out from a place of working memory on.
  ///
  /// Steps that cannot be quick because of a
  /// border are taken out; nil if no layer is left or an image is too large.
  init?(_ graph: Graph, _ steps: inout [TileStep?], set: ck_tile_set, from start: Int) {
    var borders: [Int: Border] = [:]
    for case let step? in steps {
      for (_, tensor) in step.inputs {
        borders[tensor] = (borders[tensor] ?? .none).joined(with: step.border)
      }
    }
    // Steps that read or write their images as one row can have no border there.
    for (index, step) in steps.enumerated() {
      guard let step, step.needsContiguousImages else { continue }
      let tensors = step.inputs.map(\.tensor) + [step.output]
      if tensors.contains(where: { borders[$0] ?? .none != .none }) { steps[index] = nil }
    }
    let kept = steps.compactMap { $0 }
    guard kept.contains(where: \.isLayer) else { return nil }
    computed = Set(kept.map(\.output))
    for step in kept {
      for tensor in step.inputs.map(\.tensor) + [step.output] where images[tensor] == nil {
        let described = graph.tensors[tensor]
        guard
          var image = BorderedImage(
            described,
            format: described.type == .float32 ? .floats : .integers(set),
            border: borders[tensor] ?? .none
          )
        else { return nil }
        if case .alias = step.work, tensor == step.output,
          let source = images[step.inputs[0].tensor]
        {
          image.offset = source.offset
        } else {
          image.offset = start + byteCount
          byteCount += image.byteCount
        }
        images[tensor] = image
      }
    }
  }
}
