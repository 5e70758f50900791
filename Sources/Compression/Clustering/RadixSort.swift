/// Sorts finite floats in linear time: three passes over 11 bits each of a key that orders as the
/// numbers do (flip all bits of negative numbers, the sign bit of the others).
func radixSorted(_ weights: UnsafeBufferPointer<Float>) -> [Float] {
  let bitsPerPass = 11
  let bucketCount = 1 << bitsPerPass
  let mask = UInt32(bucketCount - 1)
  let passes = 3
  let count = weights.count
  var keys = [UInt32](unsafeUninitializedCapacity: count) { keys, filled in
    for index in 0..<count {
      let bits = (weights[index] + 0).bitPattern  // + 0 makes one zero of the two
      keys[index] = bits & 0x8000_0000 == 0 ? bits | 0x8000_0000 : ~bits
    }
    filled = count
  }
  // How often each digit occurs in each pass, then where its run begins.
  var starts = [Int](repeating: 0, count: passes * bucketCount)
  starts.withUnsafeMutableBufferPointer { starts in
    for key in keys {
      for pass in 0..<passes {
        starts[pass * bucketCount + Int(key >> UInt32(pass * bitsPerPass) & mask)] += 1
      }
    }
    for pass in 0..<passes {
      var next = 0
      for bucket in pass * bucketCount..<(pass + 1) * bucketCount {
        (starts[bucket], next) = (next, next + starts[bucket])
      }
    }
    for pass in 0..<passes {
      let starts = UnsafeMutableBufferPointer(
        rebasing: starts[pass * bucketCount..<(pass + 1) * bucketCount]
      )
      keys = [UInt32](unsafeUninitializedCapacity: count) { target, filled in
        for key in keys {
          let bucket = Int(key >> UInt32(pass * bitsPerPass) & mask)
          target[starts[bucket]] = key
          starts[bucket] += 1
        }
        filled = count
      }
    }
  }
  return keys.map { key in
    Float(bitPattern: key & 0x8000_0000 == 0 ? ~key : key ^ 0x8000_0000)
  }
}
