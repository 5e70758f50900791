import CKernels

/// CONV_2D, DEPTHWISE_CONV_2D and FULLY_CONNECTED over bordered images, with packed operands.
///
/// Unchecked: everything that its pointers lead to is written before it is shared.
final class TileLayer: Kernel, @unchecked Sendable {
  private let packed: PackedLayer
  private let input: BorderedImage
  private let output: BorderedImage
  private let offsets: MemoryBlock
  let layer: ck_tile_layer
  /// From the image's first cell back to the first window's.
  let inputBytesBefore: Int

  /// A packed layer over its images.
  init(_ packed: PackedLayer, from input: BorderedImage, to output: BorderedImage) {
    self.packed = packed
    self.input = input
    self.output = output
    let offsets = packed.offsets(over: input)
    let block = MemoryBlock(byteCount: offsets.count * 4)
    _ = block.bytes.assumingMemoryBound(to: Int32.self).update(fromContentsOf: offsets)
    self.offsets = block
    let window = packed.window
    inputBytesBefore =
      Int(window.pad_top) * input.rowBytes + Int(window.pad_left) * input.columnBytes
    // Samples of a fully connected layer are the columns of one row.
    let samples = Int32(window.batches)
    var layer = ck_tile_layer()
    if case .integers(let set) = packed.format { layer.set = set }
    layer.output_height = window.output_height
    layer.output_width = window.output_width * samples
    layer.channels = window.output_channels
    layer.is_half = packed.isHalf ? 1 : 0
    layer.is_joined = packed.isJoined ? 1 : 0
    layer.is_blocked = packed.isBlocked ? 1 : 0
    layer.units = Int32(packed.units)
    layer.runs = Int32(packed.runs)
    layer.run_groups = Int32(packed.groups / packed.runs)
    layer.offsets = UnsafePointer(block.bytes.assumingMemoryBound(to: Int32.self).baseAddress)
    let cells = packed.format.cellBytes
    layer.input_row = Int64(Int(window.stride_height) * input.rowBytes)
    layer.input_column = Int64(Int(window.stride_width) * Int(window.input_channels) * cells)
    layer.output_row = Int64(output.rowBytes)
    layer.output_column = Int64(Int(window.output_channels) * cells)
    layer.weights = UnsafeRawPointer(packed.weights.bytes.baseAddress)
    layer.bias = UnsafeRawPointer(packed.bias.bytes.baseAddress)
    layer.lower = packed.floatRange.lowerBound
    layer.upper = packed.floatRange.upperBound
    if let hybrid = packed.hybrid {
      layer.output_column = Int64(output.columnBytes)
      layer.scales = UnsafePointer(
        hybrid.scales.bytes.assumingMemoryBound(to: Float.self).baseAddress
      )
      layer.nudges = UnsafePointer(
        hybrid.bias.bytes.assumingMemoryBound(to: Float.self).baseAddress
      )
    }
    if let rounding = packed.rounding {
      layer.modes = UnsafePointer(
        rounding.modes.bytes.assumingMemoryBound(to: UInt8.self).baseAddress
      )
      layer.scales = UnsafePointer(
        rounding.scales.bytes.assumingMemoryBound(to: Float.self).baseAddress
      )
      layer.nudges = UnsafePointer(
        rounding.nudges.bytes.assumingMemoryBound(to: Float.self).baseAddress
      )
      layer.wide_scales = UnsafePointer(
        rounding.wideScales.bytes.assumingMemoryBound(to: Double.self).baseAddress
      )
      layer.wide_nudges = UnsafePointer(
        rounding.wideNudges.bytes.assumingMemoryBound(to: Double.self).baseAddress
      )
      layer.offset = rounding.offset
      layer.middle = rounding.middle
      layer.minimum = rounding.range.lowerBound
      layer.maximum = rounding.range.upperBound
    }
    self.layer = layer
  }

  func run(_ memory: Memory) {
    let from = memory.cells(input, before: inputBytesBefore)
    let into = memory.cells(output)
    withUnsafePointer(to: layer) { layer in
      switch (packed.format, packed.isDepthwise) {
      case (.floats, false):
        ck_tiles_convolve_floats(
          layer,
          from?.assumingMemoryBound(to: Float.self),
          into?.assumingMemoryBound(to: Float.self)
        )
      case (.floats, true):
        ck_tiles_convolve_depthwise_floats(
          layer,
          from?.assumingMemoryBound(to: Float.self),
          into?.assumingMemoryBound(to: Float.self)
        )
      case (.integers, true): ck_tiles_convolve_depthwise(layer, from, into)
      case (.integers, false):
        if packed.isNarrow {
          ck_tiles_multiply(layer, from, into)
        } else {
          ck_tiles_convolve(layer, from, into)
        }
      }
    }
  }
}
