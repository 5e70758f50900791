import CKernels

/// How many cells a window reaches beyond each side of an image.
struct Border: Hashable, Sendable {
  var top = 0
  var left = 0
  var bottom = 0
  var right = 0

  static let none = Border()

  /// A border that holds both.
  func joined(with other: Border) -> Border {
    Border(
      top: max(top, other.top),
      left: max(left, other.left),
      bottom: max(bottom, other.bottom),
      right: max(right, other.right)
    )
  }
}

extension ck_window {
  /// What the window needs around its input.
  var border: Border {
    func beyond(
      _ outputs: Int32,
      _ stride: Int32,
      _ taps: Int32,
      _ dilation: Int32,
      _ before: Int32,
      _ inputs: Int32
    ) -> Int {
      let last = (Int(outputs) - 1) * Int(stride) + (Int(taps) - 1) * Int(dilation) + 1
      return max(0, last - Int(before) - Int(inputs))
    }
    return Border(
      top: Int(pad_top),
      left: Int(pad_left),
      bottom: beyond(
        output_height,
        stride_height,
        filter_height,
        dilation_height,
        pad_top,
        input_height
      ),
      right: beyond(
        output_width,
        stride_width,
        filter_width,
        dilation_width,
        pad_left,
        input_width
      )
    )
  }
}

/// Where the cells of a tensor lie in a run's working memory: height x width x channels within a
/// border that stands for 0 and is written once.
struct BorderedImage: Hashable, Sendable {
  let format: CellFormat
  let height: Int
  let width: Int
  let channels: Int
  let border: Border
  /// Bytes from the start of working memory.
  var offset = 0
  /// What the border holds: the zero point plus 128, or 0.
  let borderCell: Int

  /// Bytes before and behind the cells, because kernels read and write whole vectors.
  private static let slack = 2 * Slot.alignment

  /// The image of a tensor, or nil if it is too large or not of a known type.
  ///
  /// Axes before the last two are one axis.
  init?(_ tensor: GraphTensor, format: CellFormat, border: Border) {
    let shape = tensor.shape
    channels = shape.last ?? 1
    width = shape.count > 1 ? shape[shape.count - 2] : 1
    height = shape.dropLast(2).reduce(1, *)
    self.format = format
    self.border = border
    borderCell = format == .floats ? 0 : (tensor.scaleAndZeroPoint?.zeroPoint ?? 0) + 128
    let (rows, rowOverflow) = height.addingReportingOverflow(border.top + border.bottom)
    let (columns, columnOverflow) = width.addingReportingOverflow(border.left + border.right)
    let (line, lineOverflow) = columns.multipliedReportingOverflow(by: channels)
    let (cells, overflow) = rows.multipliedReportingOverflow(by: line)
    guard !rowOverflow, !columnOverflow, !lineOverflow, !overflow,
      cells <= GraphPlan.largestCount / 4
    else { return nil }
  }

  /// Bytes from one row to the next.
  var rowBytes: Int { (border.left + width + border.right) * columnBytes }

  /// Bytes from one position to the next.
  var columnBytes: Int { channels * format.cellBytes }

  /// Bytes that the image takes.
  var byteCount: Int {
    Slot.aligned((border.top + height + border.bottom) * rowBytes + 2 * Self.slack)
  }

  /// Bytes from the start of working memory to the first cell inside the border.
  var origin: Int {
    offset + Self.slack + border.top * rowBytes + border.left * columnBytes
  }

  /// Whether cells follow each other without a gap.
  var isContiguous: Bool { border == .none }

  /// The image as kernels see it.
  var shape: ck_tile_image {
    ck_tile_image(
      height: Int32(height),
      width: Int32(width),
      channels: Int32(channels),
      row: Int64(rowBytes / format.cellBytes)
    )
  }

  /// Writes the border, and the inside with it.
  func fill(_ working: MemoryBlock) {
    guard !isContiguous, borderCell != 0 else { return }
    let bytes = UnsafeMutableRawBufferPointer(rebasing: working.bytes[offset..<offset + byteCount])
    if format.cellBytes == 2 {
      bytes.assumingMemoryBound(to: Int16.self).update(repeating: Int16(borderCell))
    } else {
      bytes.assumingMemoryBound(to: UInt8.self).update(repeating: UInt8(borderCell))
    }
  }
}

extension Memory {
  /// The first cell inside an image's border, or a byte at some distance from it.
  func cells(_ image: BorderedImage, before bytes: Int = 0) -> UnsafeMutableRawPointer? {
    working.bytes.baseAddress.map { $0 + (image.origin - bytes) }
  }
}
