import Tensors

/// Z-scores of inputs: `(x - mean) / deviation`, a pair for every column or channel.
public struct Normalization: Hashable, Sendable, Codable {
  /// The mean of each column.
  public let means: [Float]
  /// The standard deviation of each column, dividing by n; 1 where a column never changes.
  public let deviations: [Float]

  /// Z-scores with these statistics, one of each for every column.
  public init(means: [Float], deviations: [Float]) {
    self.means = means
    self.deviations = deviations
  }
}

extension Dataset {
  /// The same set with inputs that have mean 0 and standard deviation 1 over the training part.
  ///
  /// Statistics are taken along the last axis (columns of a table, channels of an image, features
  /// of a series), from the training samples alone, so that nothing about the test part leaks; all
  /// parts are then changed alike. A column that never changes becomes 0. Of a set already
  /// normalized, `normalization` describes both steps as one.
  ///
  /// - Throws: `emptyPart` if there is nothing to learn the statistics from.
  public func normalized() throws(DatasetError) -> Dataset {
    let indices = try indices(of: .train)
    let width = shape.extents.last ?? 1
    let sampleCount = shape.count
    let observations = Double(indices.count * (sampleCount / width))
    var means = [Double](repeating: 0, count: width)
    var deviations = [Double](repeating: 0, count: width)
    inputs.withElements { elements in
      for index in indices {
        for start in stride(from: index * sampleCount, to: (index + 1) * sampleCount, by: width) {
          for column in 0..<width { means[column] += Double(elements[start + column]) }
        }
      }
      for column in 0..<width { means[column] /= observations }
      for index in indices {
        for start in stride(from: index * sampleCount, to: (index + 1) * sampleCount, by: width) {
          for column in 0..<width {
            let difference = Double(elements[start + column]) - means[column]
            deviations[column] += difference * difference
          }
        }
      }
    }
    for column in 0..<width {
      let deviation = (deviations[column] / observations).squareRoot()
      deviations[column] = deviation > 0 && deviation.isFinite ? deviation : 1
    }
    var scores = inputs
    scores.withMutableElements { elements in
      for start in stride(from: 0, to: elements.count, by: width) {
        for column in 0..<width {
          let difference = Double(elements[start + column]) - means[column]
          elements[start + column] = Float(difference / deviations[column])
        }
      }
    }
    return with(
      parts: parts,
      inputs: scores,
      normalization: composed(means: means, deviations: deviations)
    )
  }

  /// The step from the original inputs: (x − m₁)/s₁, then (· − m₂)/s₂, is (x − m₁ − m₂s₁)/(s₁s₂).
  private func composed(means: [Double], deviations: [Double]) -> Normalization {
    guard let before = normalization, before.means.count == means.count else {
      return Normalization(means: means.map { Float($0) }, deviations: deviations.map { Float($0) })
    }
    let columns = means.indices
    return Normalization(
      means: columns.map {
        Float(Double(before.means[$0]) + means[$0] * Double(before.deviations[$0]))
      },
      deviations: columns.map { Float(Double(before.deviations[$0]) * deviations[$0]) }
    )
  }
}
