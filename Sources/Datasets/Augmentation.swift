import Tensors

/// How `augment` varies training samples.
public struct Augmentation: Hashable, Sendable {
  /// The largest move of an image in pixels, along each axis; what moves in is 0.
  public var shift: Int
  /// Whether every second image, at random, is mirrored left to right.
  public var flip: Bool
  /// The standard deviation of the noise added to each value.
  public var noise: Double
  /// How many varied copies each training sample gets.
  public var copies: Int

  /// What to vary.
  public init(shift: Int = 0, flip: Bool = false, noise: Double = 0, copies: Int = 1) {
    self.shift = shift
    self.flip = flip
    self.noise = noise
    self.copies = copies
  }
}

extension Dataset {
  /// The largest number of values that augmenting may make: 2 GiB of them.
  private static let mostValues = 1 << 29

  /// A set whose training part also has varied copies of its samples, after the originals.
  ///
  /// Validation and test samples stay as they are.
  ///
  /// - Throws: `notImages` where samples that are not height x width x channels are to be moved or
  ///   mirrored, `outOfRange`, `tooLarge`, `emptyPart` without training samples.
  public func augmented(
    _ augmentation: Augmentation,
    using random: inout SeededGenerator
  ) throws(DatasetError) -> Dataset {
    let (shift, noise, copies) = (augmentation.shift, augmentation.noise, augmentation.copies)
    let originals = try indices(of: .train)
    let extents = shape.extents
    if shift != 0 || augmentation.flip, extents.count != 3 {
      throw .notImages(operation: shift != 0 ? "shift" : "flip", shape: shape)
    }
    let largestShift = extents.count == 3 ? min(extents[0], extents[1]) - 1 : 0
    guard (0...largestShift).contains(shift) else {
      throw .outOfRange(
        option: "shift",
        value: Double(shift),
        allowed: "in 0...\(largestShift) pixels"
      )
    }
    guard noise >= 0, noise <= 1e12 else {
      throw .outOfRange(option: "noise", value: noise, allowed: "at least 0")
    }
    guard (1...1000).contains(copies) else {
      throw .outOfRange(option: "copies", value: Double(copies), allowed: "in 1...1000")
    }
    let stored = inputs.shape.extents[0]
    let added = originals.count * copies
    let sampleCount = shape.count
    // No overflow: stored * sampleCount is a shape's count, and there are at most 1000 copies.
    guard (stored + added) * sampleCount <= Self.mostValues else {
      throw .tooLarge(what: "the augmented set", limitBytes: 4 * Self.mostValues)
    }

    let sources = (0..<copies).flatMap { _ in originals }
    var result = gathered(inputs, at: Array(0..<stored) + sources)
    let image =
      extents.count == 3
      ? (height: extents[0], width: extents[1], channels: extents[2])
      : (height: 1, width: 1, channels: sampleCount)
    inputs.withElements { source in
      result.withMutableElements { target in
        for (copy, index) in sources.enumerated() {
          let down = shift == 0 ? 0 : random.nextIndex(below: 2 * shift + 1) - shift
          let right = shift == 0 ? 0 : random.nextIndex(below: 2 * shift + 1) - shift
          let isMirrored = augmentation.flip && random.nextIndex(below: 2) == 1
          let from = index * sampleCount
          let to = (stored + copy) * sampleCount
          for row in 0..<image.height {
            for column in 0..<image.width {
              let sourceRow = row - down
              let unmirrored = isMirrored ? image.width - 1 - column : column
              let sourceColumn = unmirrored - right
              let isInside =
                (0..<image.height).contains(sourceRow) && (0..<image.width).contains(sourceColumn)
              for channel in 0..<image.channels {
                let place = (row * image.width + column) * image.channels + channel
                let origin = (sourceRow * image.width + sourceColumn) * image.channels + channel
                var value = isInside ? source[from + origin] : 0
                if noise > 0 { value += Float(noise * random.nextNormal()) }
                target[to + place] = value
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
}
