import CKernels

/// How the sums of a packed layer become integers: per unit of channels one rule in single or double
/// precision that was shown to give the exact integer for every sum that can occur.
struct PackedRounding: Sendable {
  /// A `ck_rounding_mode` for each unit of places.
  let modes: MemoryBlock
  let scales: MemoryBlock
  let nudges: MemoryBlock
  let wideScales: MemoryBlock
  let wideNudges: MemoryBlock
  /// Per channel what its sums begin lower by.
  let sumOffsets: [Int]
  /// As cells; `middle` is added in mode `ck_round_single`.
  let offset: Int32
  let middle: Int32
  let range: ClosedRange<Int32>

  /// Finds the rules; nil if a channel has none.
  ///
  /// `places` are those of channels among packed
  /// numbers.
  init?(
    _ sums: ReachableSums,
    _ exact: ChannelRequantization,
    set: ck_tile_set,
    places: [Int],
    units: Int
  ) {
    let unit = Int(ck_tile_unit)
    modes = MemoryBlock(byteCount: units)
    scales = MemoryBlock(byteCount: units * unit * 4)
    nudges = MemoryBlock(byteCount: units * unit * 4)
    wideScales = MemoryBlock(byteCount: units * unit * 8)
    wideNudges = MemoryBlock(byteCount: units * unit * 8)
    let channels = places.count
    let zero = exact.outputOffset
    let hasSign = exact.range.lowerBound < zero
    var middle: Int32 = 0
    var sumOffsets = [Int](repeating: 0, count: channels)
    let singles = (
      scales.bytes.assumingMemoryBound(to: Float.self),
      nudges.bytes.assumingMemoryBound(to: Float.self)
    )
    let doubles = (
      wideScales.bytes.assumingMemoryBound(to: Double.self),
      wideNudges.bytes.assumingMemoryBound(to: Double.self)
    )
    let parts = Dictionary(grouping: 0..<channels) { places[$0] / unit }
    for (index, part) in parts {
      var rules = part.map { Self.channel($0, sums, exact) }
      // Without fused multiply-add there is no rule in single precision.
      if set != ck_tiles_baseline, let found = Self.singleRules(&rules, hasSign: hasSign) {
        modes.bytes[index] = UInt8(
          (hasSign ? ck_round_single_signed : ck_round_single).rawValue
        )
        for (channel, rule) in zip(part, found) {
          singles.0[places[channel]] = rule.scale
          singles.1[places[channel]] = rule.nudge
          sumOffsets[channel] = Int(rule.sum_offset)
          middle = rule.result_offset
        }
        continue
      }
      modes.bytes[index] = UInt8(ck_round_double.rawValue)
      for (channel, rule) in zip(part, rules.indices) {
        var (scale, nudge) = (0.0, 0.0)
        guard ck_verify_double(&rules[rule], &scale, &nudge) != 0 else { return nil }
        doubles.0[places[channel]] = scale
        doubles.1[places[channel]] = nudge
      }
    }
    self.sumOffsets = sumOffsets
    self.middle = middle
    offset = zero + 128
    range = exact.range.lowerBound + 128...exact.range.upperBound + 128
  }

  /// What a channel's rule must give.
  static func channel(
    _ channel: Int,
    _ sums: ReachableSums,
    _ exact: ChannelRequantization
  ) -> ck_exact_channel {
    ck_exact_channel(
      multiplier: exact.multipliers[channel],
      shift: exact.shifts[channel],
      real: exact.realFactors?[channel] ?? 0,
      least: Int64(sums.least[channel]),
      largest: Int64(sums.largest[channel]),
      minimum: exact.range.lowerBound - exact.outputOffset,
      maximum: exact.range.upperBound - exact.outputOffset
    )
  }

  /// Rules in single precision for all channels of a unit, or nil.
  private static func singleRules(
    _ channels: inout [ck_exact_channel],
    hasSign: Bool
  ) -> [ck_single_rule]? {
    var found: [ck_single_rule] = []
    for index in channels.indices {
      var rule = ck_single_rule()
      guard ck_verify_single(&channels[index], hasSign ? 1 : 0, &rule) != 0 else { return nil }
      found.append(rule)
    }
    return found
  }
}
