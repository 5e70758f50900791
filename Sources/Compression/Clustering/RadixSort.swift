/// Sorts finite floats in linear time: three passes over 11 bits each of a key that orders as the
/// numbers do (flip all bits of negative numbers, the sign bit of the others).
func radixSorted(_ weights: UnsafeBufferPointer<Float>) -> [Float] {
  let bitsPerPass: UInt32 = 11
  let bucketCount = 1 << Int(bitsPerPass)
  var keys = weights.map { weight -> UInt32 in
    let bits = (weight + 0).bitPattern  // + 0 makes one zero of the two
    return bits & 0x8000_0000 == 0 ? bits | 0x8000_0000 : ~bits
  }
  var other = [UInt32](repeating: 0, count: keys.count)
  for shift in [0, bitsPerPass, 2 * bitsPerPass] {
    let mask = UInt32(bucketCount - 1)
    var starts = [Int](repeating: 0, count: bucketCount + 1)
    for key in keys { starts[Int((key >> shift) & mask) + 1] += 1 }
    for bucket in 0..<bucketCount { starts[bucket + 1] += starts[bucket] }
    other.withUnsafeMutableBufferPointer { target in
      for key in keys {
        let bucket = Int((key >> shift) & mask)
        target[starts[bucket]] = key
        starts[bucket] += 1
      }
    }
    swap(&keys, &other)
  }
  return keys.map { key in
    Float(bitPattern: key & 0x8000_0000 == 0 ? ~key : key ^ 0x8000_0000)
  }
}
