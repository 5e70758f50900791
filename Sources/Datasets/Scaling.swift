import Tensors

extension Dataset {
  /// The same samples with every input value multiplied by `factor`.
  public func scaled(by factor: Float) throws(DatasetError) -> Dataset {
    guard factor.isFinite else {
      throw .outOfRange(option: "scale", value: Double(factor), allowed: "finite")
    }
    var scaled = inputs
    scaled.withMutableElements { elements in
      for position in elements.indices { elements[position] *= factor }
    }
    return with(parts: parts, inputs: scaled)
  }
}
