import CKernels
import Tensors

/// Repeats each cell of an image.
public struct Upsampling: Hashable, Sendable {
  /// Rows that a row becomes.
  public var height: Int
  /// Columns that a column becomes.
  public var width: Int

  /// A layer that makes images `height` times as high and `width` times as wide.
  public init(height: Int, width: Int) {
    self.height = height
    self.width = width
  }
}

/// Cells along the four sides of an image.
public struct Border: Hashable, Sendable {
  /// Rows above.
  public var top: Int
  /// Rows below.
  public var bottom: Int
  /// Columns on the left.
  public var left: Int
  /// Columns on the right.
  public var right: Int

  /// A border.
  public init(top: Int, bottom: Int, left: Int, right: Int) {
    self.top = top
    self.bottom = bottom
    self.left = left
    self.right = right
  }
}

/// Upsampling in a plan.
struct PlannedUpsampling {
  let height: Int
  let width: Int
  let channels: Int
  let factorHeight: Int
  let factorWidth: Int

  func forward(_ frame: Frame) {
    for sample in 0..<frame.samples {
      for row in 0..<height * factorHeight {
        for column in 0..<width * factorWidth {
          let target = ((sample * height * factorHeight + row) * width * factorWidth + column)
          ck_copy(
            channels,
            frame.inputs + cell(sample, row, column) * channels,
            frame.outputs + target * channels
          )
        }
      }
    }
  }

  func backward(_ frame: Frame) {
    guard let dInputs = frame.dInputs else { return }
    if frame.accumulates == 0 { ck_fill(frame.samples * height * width * channels, 0, dInputs) }
    for sample in 0..<frame.samples {
      for row in 0..<height * factorHeight {
        for column in 0..<width * factorWidth {
          let source = ((sample * height * factorHeight + row) * width * factorWidth + column)
          let target = dInputs + cell(sample, row, column) * channels
          ck_add(channels, target, frame.dOutputs + source * channels, target)
        }
      }
    }
  }

  /// The input cell that an output cell repeats.
  private func cell(_ sample: Int, _ row: Int, _ column: Int) -> Int {
    (sample * height + row / factorHeight) * width + column / factorWidth
  }
}

/// A window of an image copied into or out of a larger one: padding and cropping in a plan.
struct PlannedBorder {
  /// Rows and values of a row of the smaller image.
  let innerRows: Int
  let innerRowCount: Int
  /// Values of a row, and of the whole, of the larger image.
  let outerRowCount: Int
  let outerCount: Int
  /// Where the smaller image begins in the larger one.
  let start: Int
  /// Whether the larger image is the output.
  let isPadding: Bool

  func forward(_ frame: Frame) {
    if isPadding { ck_fill(frame.samples * outerCount, 0, frame.outputs) }
    eachRow(frame.samples) { inner, outer in
      if isPadding {
        ck_copy(innerRowCount, frame.inputs + inner, frame.outputs + outer)
      } else {
        ck_copy(innerRowCount, frame.inputs + outer, frame.outputs + inner)
      }
    }
  }

  func backward(_ frame: Frame) {
    guard let dInputs = frame.dInputs else { return }
    if !isPadding, frame.accumulates == 0 { ck_fill(frame.samples * outerCount, 0, dInputs) }
    eachRow(frame.samples) { inner, outer in
      let target = dInputs + (isPadding ? inner : outer)
      let source = frame.dOutputs + (isPadding ? outer : inner)
      if isPadding, frame.accumulates == 0 {
        ck_copy(innerRowCount, source, target)
      } else {
        ck_add(innerRowCount, target, source, target)
      }
    }
  }

  private func eachRow(_ samples: Int, _ body: (_ inner: Int, _ outer: Int) -> Void) {
    for sample in 0..<samples {
      for row in 0..<innerRows {
        body(
          (sample * innerRows + row) * innerRowCount,
          sample * outerCount + start + row * outerRowCount
        )
      }
    }
  }
}
