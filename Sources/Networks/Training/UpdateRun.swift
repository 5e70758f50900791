import Tensors

/// A run of neighbouring parameters that an optimiser changes alike, short enough to be shared out
/// among threads.
struct UpdateRun {
  let offset: Int
  let count: Int
  /// Whether weight decay pulls these towards 0.
  let decays: Bool

  /// Floats of one run at most: 32 KiB, a first-level cache.
  static let largestCount = 8192
  /// Floats below which one thread is quicker than two.
  static let smallFloats = 1 << 16

  /// Runs over all trained parameters; those that decay are apart only if that makes a difference.
  static func runs(_ layout: ParameterLayout, splitsByDecay: Bool) -> [UpdateRun] {
    var joined: [UpdateRun] = []
    for slot in layout.slots where slot.isTrained {
      let decays = splitsByDecay && slot.role.decays
      let count = ParameterLayout.aligned(slot.count)
      if let last = joined.last, last.offset + last.count == slot.offset, last.decays == decays {
        joined[joined.count - 1] = UpdateRun(
          offset: last.offset,
          count: last.count + count,
          decays: decays
        )
      } else {
        joined.append(UpdateRun(offset: slot.offset, count: count, decays: decays))
      }
    }
    return joined.flatMap { run in
      stride(from: 0, to: run.count, by: largestCount).map { start in
        UpdateRun(
          offset: run.offset + start,
          count: min(largestCount, run.count - start),
          decays: run.decays
        )
      }
    }
  }
}

/// The weights of one tensor that share values, and go on sharing them.
struct ClusterRun {
  private let offset: Int
  /// For each weight, the first weight with its value.
  private let leaders: [Int32]

  init(_ slot: ParameterLayout.Slot, _ parameters: UnsafePointer<Float>) {
    offset = slot.offset
    var first: [UInt32: Int32] = [:]
    var leaders: [Int32] = []
    leaders.reserveCapacity(slot.count)
    for index in 0..<slot.count {
      let value = parameters[slot.offset + index]
      // Both zeros are one value.
      let bits = value == 0 ? 0 : value.bitPattern
      if let leader = first[bits] {
        leaders.append(leader)
      } else {
        first[bits] = Int32(index)
        leaders.append(Int32(index))
      }
    }
    self.leaders = leaders
  }

  /// Each weight of a cluster gets the sum of the cluster's gradients, added in order of index.
  func shareGradients(_ block: UnsafeMutablePointer<Float>) {
    let gradient = block + offset
    for (index, leader) in leaders.enumerated() where Int(leader) != index {
      gradient[Int(leader)] += gradient[index]
    }
    shareValues(block)
  }

  /// Each weight of a cluster gets the value of the first.
  func shareValues(_ block: UnsafeMutablePointer<Float>) {
    let values = block + offset
    for (index, leader) in leaders.enumerated() { values[index] = values[Int(leader)] }
  }
}
