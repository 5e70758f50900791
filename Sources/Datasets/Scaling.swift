import Tensors

extension Dataset {
  /// The same samples with every input value multiplied by `factor`.
  ///
  /// - Throws: `outOfRange` for a factor that is 0 or not finite.
  public func scaled(by factor: Float) throws(DatasetError) -> Dataset {
    guard factor.isFinite, factor != 0 else {
      throw .outOfRange(option: "scale", value: Double(factor), allowed: "finite and not 0")
    }
    var scaled = inputs
    scaled.withMutableElements { elements in
      for position in elements.indices { elements[position] *= factor }
    }
    // ((x - mean) / deviation) · factor is (x - mean) / (deviation / factor).
    let scores = normalization.map { before in
      Normalization(means: before.means, deviations: before.deviations.map { $0 / factor })
    }
    return with(parts: parts, inputs: scaled, normalization: scores)
  }
}
