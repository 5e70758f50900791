import Tensors

/// The discrete Fourier transform of real frames whose length is a power of two, by the method of
/// Cooley and Tukey (1965), in 64-bit floats.
struct FourierTransform {
  /// Values of a frame.
  let size: Int
  /// cos and sin of -2πk/size for k in 0..<size/2.
  private let cosines: [Double]
  private let sines: [Double]
  /// Where each value goes first: its index with the bits in reverse.
  private let reversed: [Int]

  /// A transform of `size` values; `size` is a power of two.
  init(size: Int) {
    self.size = size
    let angles = (0..<max(1, size / 2)).map { -2 * Double.pi * Double($0) / Double(size) }
    cosines = angles.map { ExactMath.cos($0) }
    sines = angles.map { ExactMath.sin($0) }
    let bits = size.trailingZeroBitCount
    reversed = (0..<size).map { index in
      (0..<bits).reduce(0) { $0 | (index >> $1 & 1) << (bits - 1 - $1) }
    }
  }

  /// The smallest power of two that is not below `count`.
  static func size(for count: Int) -> Int {
    var size = 1
    while size < count { size *= 2 }
    return size
  }

  /// |X(k)| for k in 0...size/2 of a frame that may be shorter, which is filled up with zeros.
  func magnitudes(of frame: [Double]) -> [Double] {
    var real = [Double](repeating: 0, count: size)
    var imaginary = real
    for (index, value) in frame.prefix(size).enumerated() { real[reversed[index]] = value }
    real.withUnsafeMutableBufferPointer { real in
      imaginary.withUnsafeMutableBufferPointer { imaginary in
        cosines.withUnsafeBufferPointer { cosines in
          sines.withUnsafeBufferPointer { sines in
            transform(real, imaginary, cosines, sines)
          }
        }
      }
    }
    return (0...size / 2).map { bin in
      (real[bin] * real[bin] + imaginary[bin] * imaginary[bin]).squareRoot()
    }
  }

  /// Butterflies of rising span, in place.
  private func transform(
    _ real: UnsafeMutableBufferPointer<Double>,
    _ imaginary: UnsafeMutableBufferPointer<Double>,
    _ cosines: UnsafeBufferPointer<Double>,
    _ sines: UnsafeBufferPointer<Double>
  ) {
    var half = 1
    while half < size {
      let stride = size / (2 * half)
      var start = 0
      while start < size {
        for offset in 0..<half {
          let (c, s) = (cosines[offset * stride], sines[offset * stride])
          let (low, high) = (start + offset, start + offset + half)
          let x = real[high] * c - imaginary[high] * s
          let y = real[high] * s + imaginary[high] * c
          real[high] = real[low] - x
          imaginary[high] = imaginary[low] - y
          real[low] += x
          imaginary[low] += y
        }
        start += 2 * half
      }
      half *= 2
    }
  }
}
