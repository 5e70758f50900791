import CKernels

/// How the sums of each output channel become the output's integers.
struct ChannelRequantization: Hashable, Sendable {
  let multipliers: [Int32]
  let shifts: [Int32]
  /// Real factors where LiteRT multiplies in double precision; else nil.
  let realFactors: [Double]?
  let outputOffset: Int32
  let range: ClosedRange<Int32>

  /// The rule for channels whose sums must be multiplied by `factors`.
  init(
    factors: [Double],
    multipliesInDouble: Bool,
    outputOffset: Int32,
    range: ClosedRange<Int32>,
    for preparation: Preparation
  ) throws(GraphError) {
    var multipliers: [Int32] = []
    var shifts: [Int32] = []
    for real in factors {
      let factor = try preparation.factor(real)
      multipliers.append(factor.multiplier)
      shifts.append(factor.shift)
    }
    self.multipliers = multipliers
    self.shifts = shifts
    realFactors = multipliesInDouble ? factors : nil
    self.outputOffset = outputOffset
    self.range = range
  }

  private init(
    multipliers: [Int32],
    shifts: [Int32],
    realFactors: [Double]?,
    outputOffset: Int32,
    range: ClosedRange<Int32>
  ) {
    self.multipliers = multipliers
    self.shifts = shifts
    self.realFactors = realFactors
    self.outputOffset = outputOffset
    self.range = range
  }

  /// The rules of all channels, `count` times.
  func repeated(_ count: Int) -> ChannelRequantization {
    func repeated<Element>(_ values: [Element]) -> [Element] {
      (0..<count).flatMap { _ in values }
    }
    return ChannelRequantization(
      multipliers: repeated(multipliers),
      shifts: repeated(shifts),
      realFactors: realFactors.map(repeated),
      outputOffset: outputOffset,
      range: range
    )
  }

  /// The largest power of two that a factor holds.
  var largestShift: Int32 { shifts.max() ?? 0 }

  private func withC(_ body: (UnsafePointer<ck_requantization>) -> Void) {
    multipliers.withUnsafeBufferPointer { multipliers in
      shifts.withUnsafeBufferPointer { shifts in
        var rule = ck_requantization(
          multipliers: multipliers.baseAddress,
          shifts: shifts.baseAddress,
          output_offset: outputOffset,
          minimum: range.lowerBound,
          maximum: range.upperBound
        )
        body(&rule)
      }
    }
  }

  private func inDouble(_ sum: Double, _ factor: Double) -> Int32 {
    let rounded = (sum * factor).rounded(.toNearestOrAwayFromZero)
    let moved = Int32(max(-0x1p31, min(rounded, 0x1p31 - 1))).addingReportingOverflow(outputOffset)
    return min(max(moved.partialValue, range.lowerBound), range.upperBound)
  }

  /// 32-bit sums, channels innermost, to int8.
  func apply(
    _ sums: UnsafeMutableBufferPointer<Int32>,
    into result: UnsafeMutableBufferPointer<Int8>
  ) {
    let channels = multipliers.count
    if let realFactors {
      for index in sums.indices {
        let value = inDouble(Double(sums[index]), realFactors[index % channels])
        result[index] = Int8(truncatingIfNeeded: value)
      }
      return
    }
    withC {
      ck_requantize_int8(
        $0,
        sums.baseAddress,
        Int64(sums.count / channels),
        Int32(channels),
        result.baseAddress
      )
    }
  }

  /// 64-bit sums, channels innermost, to int16; `narrowSums` means that the model's bias is int32,
  /// so that the reference sums in 32 bits and rounds twice.
  func apply(
    _ sums: UnsafeMutableBufferPointer<Int64>,
    narrowSums: Bool,
    into result: UnsafeMutableBufferPointer<Int16>
  ) {
    let channels = multipliers.count
    if let realFactors {
      for index in sums.indices {
        let value = inDouble(Double(sums[index]), realFactors[index % channels])
        result[index] = Int16(truncatingIfNeeded: value)
      }
      return
    }
    guard narrowSums else {
      withC {
        ck_requantize_wide(
          $0,
          sums.baseAddress,
          Int64(sums.count / channels),
          Int32(channels),
          result.baseAddress
        )
      }
      return
    }
    withUnsafeTemporaryAllocation(of: Int32.self, capacity: sums.count) { narrow in
      for index in sums.indices { narrow[index] = Int32(truncatingIfNeeded: sums[index]) }
      withC {
        ck_requantize_int16(
          $0,
          narrow.baseAddress,
          Int64(sums.count / channels),
          Int32(channels),
          result.baseAddress
        )
      }
    }
  }
}
