import Tensors

/// How `augment` varies training samples.
public struct Augmentation: Hashable, Sendable {
  /// The largest move of an image in pixels along each axis, or of a signal in steps; what moves in
  /// is 0.
  public var shift: Int
  /// Whether every second image, at random, is mirrored left to right.
  public var flip: Bool
  /// The largest turn of an image in degrees, either way around its centre; what turns in is 0.
  public var rotation: Double
  /// The standard deviation of the noise added to each value.
  public var noise: Double
  /// The side in pixels (or steps) of the square that is blanked (DeVries and Taylor, 2017).
  public var cutout: Int
  /// How many varied copies each training sample gets.
  public var copies: Int

  /// What to vary.
  public init(
    shift: Int = 0,
    flip: Bool = false,
    rotation: Double = 0,
    noise: Double = 0,
    cutout: Int = 0,
    copies: Int = 1
  ) {
    self.shift = shift
    self.flip = flip
    self.rotation = rotation
    self.noise = noise
    self.cutout = cutout
    self.copies = copies
  }
}

/// A sample seen as rows x columns x channels: an image, or a signal of one column.
private struct Grid {
  var height: Int
  var width: Int
  var channels: Int

  var count: Int { height * width * channels }

  /// The value at a place, 0 outside.
  func value(_ source: UnsafePointer<Float>, _ row: Int, _ column: Int, _ channel: Int) -> Float {
    guard (0..<height).contains(row), (0..<width).contains(column) else { return 0 }
    return source[(row * width + column) * channels + channel]
  }
}

/// What one copy gets, drawn in a fixed order.
private struct Variation {
  var down = 0
  var right = 0
  var isMirrored = false
  var cosine = 1.0
  var sine = 0.0
  var isTurned = false
  /// The blanked rows and columns.
  var blankRows = 0..<0
  var blankColumns = 0..<0

  init(_ augmentation: Augmentation, _ grid: Grid, isImage: Bool, _ random: inout SeededGenerator) {
    let shift = augmentation.shift
    if shift > 0 {
      down = random.nextIndex(below: 2 * shift + 1) - shift
      if isImage { right = random.nextIndex(below: 2 * shift + 1) - shift }
    }
    isMirrored = augmentation.flip && random.nextIndex(below: 2) == 1
    if augmentation.rotation > 0 {
      let degrees = random.nextUniform(in: -augmentation.rotation...augmentation.rotation)
      cosine = ExactMath.cos(degrees * Double.pi / 180)
      sine = ExactMath.sin(degrees * Double.pi / 180)
      isTurned = true
    }
    if augmentation.cutout > 0 {
      let rows = min(augmentation.cutout, grid.height)
      let columns = min(augmentation.cutout, grid.width)
      let top = random.nextIndex(below: grid.height - rows + 1)
      let left = random.nextIndex(below: grid.width - columns + 1)
      (blankRows, blankColumns) = (top..<top + rows, left..<left + columns)
    }
  }

  /// The value that comes to a place: blanked, else mirrored, moved, then turned, each undone here
  /// in the opposite order.
  func value(
    _ grid: Grid,
    _ source: UnsafePointer<Float>,
    _ row: Int,
    _ column: Int,
    _ channel: Int
  ) -> Float {
    guard !blankRows.contains(row) || !blankColumns.contains(column) else { return 0 }
    let unmirrored = isMirrored ? grid.width - 1 - column : column
    guard isTurned else { return grid.value(source, row - down, unmirrored - right, channel) }
    let (middleRow, middleColumn) = (Double(grid.height - 1) / 2, Double(grid.width - 1) / 2)
    let y = Double(row - down) - middleRow
    let x = Double(unmirrored - right) - middleColumn
    let fromRow = cosine * y - sine * x + middleRow
    let fromColumn = sine * y + cosine * x + middleColumn
    // Between four pixels, in the ratio of the distances.
    let (top, left) = (fromRow.rounded(.down), fromColumn.rounded(.down))
    let (v, u) = (fromRow - top, fromColumn - left)
    let (r, c) = (Int(top), Int(left))
    let above =
      (1 - u) * Double(grid.value(source, r, c, channel))
      + u * Double(grid.value(source, r, c + 1, channel))
    let below =
      (1 - u) * Double(grid.value(source, r + 1, c, channel))
      + u * Double(grid.value(source, r + 1, c + 1, channel))
    return Float((1 - v) * above + v * below)
  }
}

extension Dataset {
  /// The largest number of values that augmenting may make: 2 GiB of them.
  private static let mostValues = 1 << 29

  /// A set whose training part also has varied copies of its samples, after the originals.
  ///
  /// Copies are drawn once, not anew in each epoch. Validation and test samples stay as they are.
  ///
  /// - Throws: `notImages` where samples that are not height x width x channels are to be mirrored or
  ///   turned (or moved or blanked, if they are no signals either), `outOfRange`, `tooLarge`,
  ///   `emptyPart` without training samples.
  public func augmented(
    _ augmentation: Augmentation,
    using random: inout SeededGenerator
  ) throws(DatasetError) -> Dataset {
    let originals = try indices(of: .train)
    let grid = try grid(for: augmentation)
    try check(augmentation, grid)
    let isImage = shape.rank == 3
    let (noise, copies) = (augmentation.noise, augmentation.copies)
    let stored = inputs.shape.extents[0]
    let added = originals.count * copies
    let sampleCount = shape.count
    // No overflow: stored * sampleCount is a shape's count, and there are at most 1000 copies.
    guard (stored + added) * sampleCount <= Self.mostValues else {
      throw .tooLarge(what: "the augmented set", limitBytes: 4 * Self.mostValues)
    }

    let sources = (0..<copies).flatMap { _ in originals }
    var result = gathered(inputs, at: Array(0..<stored) + sources)
    inputs.withElements { source in
      result.withMutableElements { target in
        guard let source = source.baseAddress else { return }
        for (copy, index) in sources.enumerated() {
          let variation = Variation(augmentation, grid, isImage: isImage, &random)
          let from = source + index * sampleCount
          var to = (stored + copy) * sampleCount
          for row in 0..<grid.height {
            for column in 0..<grid.width {
              for channel in 0..<grid.channels {
                var value = variation.value(grid, from, row, column, channel)
                if noise > 0 { value += Float(noise * random.nextNormal()) }
                target[to] = value
                to += 1
              }
            }
          }
        }
      }
    }
    var extended = parts
    extended.train += Array(stored..<stored + added)
    return with(parts: extended, inputs: result, answers: answers.repeating(sources))
  }

  /// The sample's form, if it can be varied so.
  private func grid(for augmentation: Augmentation) throws(DatasetError) -> Grid {
    let extents = shape.extents
    if extents.count == 3 {
      return Grid(height: extents[0], width: extents[1], channels: extents[2])
    }
    for (operation, isWanted) in [
      ("flip", augmentation.flip), ("rotate", augmentation.rotation != 0),
    ] where isWanted { throw .notImages(operation: operation, shape: shape) }
    // A flat list is a table's row unless its rate is known.
    let isSignal = extents.count == 2 || (extents.count == 1 && facts.sampleRate != nil)
    for (operation, isWanted) in [
      ("shift", augmentation.shift != 0), ("cutout", augmentation.cutout != 0),
    ] where isWanted && !isSignal { throw .notImages(operation: operation, shape: shape) }
    return extents.count == 2
      ? Grid(height: extents[0], width: 1, channels: extents[1])
      : Grid(height: shape.count, width: 1, channels: 1)
  }

  private func check(_ augmentation: Augmentation, _ grid: Grid) throws(DatasetError) {
    let largest = grid.width > 1 ? min(grid.height, grid.width) : grid.height
    guard (0...max(0, largest - 1)).contains(augmentation.shift) else {
      throw .outOfRange(
        option: "shift",
        value: Double(augmentation.shift),
        allowed: "in 0...\(max(0, largest - 1)) pixels"
      )
    }
    guard (0...largest).contains(augmentation.cutout) else {
      throw .outOfRange(
        option: "cutout",
        value: Double(augmentation.cutout),
        allowed: "in 0...\(largest) pixels"
      )
    }
    guard augmentation.rotation >= 0, augmentation.rotation <= 180 else {
      throw .outOfRange(
        option: "rotate",
        value: augmentation.rotation,
        allowed: "in 0...180 degrees"
      )
    }
    guard augmentation.noise >= 0, augmentation.noise <= 1e12 else {
      throw .outOfRange(option: "noise", value: augmentation.noise, allowed: "at least 0")
    }
    guard (1...1000).contains(augmentation.copies) else {
      throw .outOfRange(
        option: "copies",
        value: Double(augmentation.copies),
        allowed: "in 1...1000"
      )
    }
  }
}
