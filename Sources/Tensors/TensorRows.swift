extension Tensor {
  /// The first `count` slices of the first axis, or all of them; `count` is at least 0.
  public func firstRows(_ count: Int) -> Tensor {
    let rows = shape.extents.first ?? 0
    guard rows > count else { return self }
    let size = self.count / rows
    return withElements { elements in
      Tensor(Shape([count] + shape.extents.dropFirst()), Array(elements[..<(count * size)]))
    }
  }
}
