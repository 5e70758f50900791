import CKernels

/// A layer's operands in the order in which kernels read them: units of 16 output channels, each a
/// run of groups of four bytes for every channel.
struct PackedLayer: Sendable {
  let window: ck_window
  let format: CellFormat
  let isDepthwise: Bool
  /// Whether weights keep 8 bits where cells have 16: they are used for one position only.
  let isNarrow: Bool
  /// Whether the channels take half a unit.
  let isHalf: Bool
  /// Whether a depthwise layer has blocks of channels and groups of the rows of a column.
  let isBlocked: Bool
  /// Whether units of one position are joined in eights.
  let isJoined: Bool
  let channels: Int
  let units: Int
  let groups: Int
  let weights: MemoryBlock
  /// 32-bit integers or floats.
  let bias: MemoryBlock
  let rounding: PackedRounding?
  /// Whether float activations are quantized while running.
  let isHybrid: Bool
  let hybrid: HybridOperands?
  let floatRange: ClosedRange<Float>

  private static let unit = Int(ck_tile_unit)

  /// Packs a layer of int8 or float activations; nil for others, and where no rule of rounding in
  /// floating point gives the exact integers.
  init?(_ given: WeightedSum, set: ck_tile_set, byteLimit: Int) {
    let block = Self.block(given, set: set)
    let layer = given.joined(in: block)
    isBlocked = block != nil
    window = layer.window
    let inputs = Int(window.input_channels)
    channels = Int(window.output_channels)
    switch layer.connection {
    case .full(let groups):
      guard groups == 1 else { return nil }
      isDepthwise = false
    case .depthwise(let multiplier):
      // With one input channel every output channel sees all of the input.
      guard multiplier == 1 || inputs == 1 else { return nil }
      isDepthwise = inputs > 1
    }
    switch layer.arithmetic {
    case .floats: format = .floats
    case .bytes: format = .integers(set)
    case .hybrid:
      guard !isDepthwise, window.batches == 1 else { return nil }
      format = .integers(set)
    case .words: return nil
    }
    isHybrid = if case .hybrid = layer.arithmetic { true } else { false }
    let positions =
      Int(window.batches) * Int(window.output_height) * Int(window.output_width)
    isNarrow = format.cellBytes == 2 && !isDepthwise && !isHybrid && positions == 1
    isHalf =
      !isDepthwise && !isNarrow && format != .floats
      && ck_tiles_takes_half(set, window.output_channels) != 0
    let ownUnits = (channels + Self.unit - 1) / Self.unit
    isJoined =
      !isDepthwise && !isHybrid && format != .floats && positions == 1
      && ck_tiles_joins_units(set, Int32(ownUnits)) != 0
    let lanes =
      if let block {
        Self.lanes(ofBlock: block)
      } else if isJoined {
        Array(0..<8 * Self.unit)
      } else {
        isHybrid || isHalf ? Array(0..<Self.unit) : format.lanes
      }
    units = (channels + lanes.count - 1) / lanes.count * (lanes.count / Self.unit)
    groups =
      isBlocked
      ? Int(window.filter_width) : Self.groupCount(window, format, isDepthwise: isDepthwise)
    let numberBytes = isNarrow ? 1 : format.cellBytes
    let count = units * Self.unit * groups * format.groupCells
    guard count * numberBytes + units * Self.unit * 32 <= byteLimit else { return nil }
    let weights = MemoryBlock(byteCount: count * numberBytes)
    let bias = MemoryBlock(byteCount: units * Self.unit * 4)
    self.weights = weights
    self.bias = bias
    let order = Order(
      window,
      format,
      isDepthwise: isDepthwise,
      isBlocked: isBlocked,
      lanes: lanes,
      groups: groups
    )
    var hybrid: HybridOperands?
    switch layer.arithmetic {
    case .floats(let values, let given, let range):
      floatRange = range
      rounding = nil
      order.place(values, channels: channels, into: weights) { $0 }
      let into = bias.bytes.assumingMemoryBound(to: Float.self)
      for (channel, value) in given.enumerated() { into[order.place(of: channel)] = value }
    case .bytes(let values, let given, let inputOffset, let rule):
      floatRange = 0...0
      if numberBytes == 1 {
        order.place(values, channels: channels, into: weights) { $0 }
      } else {
        order.place(values, channels: channels, into: weights) { Int16($0) }
      }
      let sums = ReachableSums(values, given, inputOffset: inputOffset, channels: channels)
      guard
        let rounding = PackedRounding(
          sums,
          rule,
          set: set,
          places: (0..<channels).map(order.place(of:)),
          units: units
        )
      else { return nil }
      self.rounding = rounding
      let into = bias.bytes.assumingMemoryBound(to: Int32.self)
      for channel in 0..<channels {
        let place = order.place(of: channel)
        into[place] = Int32(truncatingIfNeeded: sums.biases[channel] - rounding.sumOffsets[channel])
      }
    case .hybrid(let values, let given, let scales, let isSymmetric, let range):
      floatRange = range
      rounding = nil
      if numberBytes == 1 {
        order.place(values, channels: channels, into: weights) { $0 }
      } else {
        order.place(values, channels: channels, into: weights) { Int16($0) }
      }
      hybrid = HybridOperands(
        values,
        bias: given,
        scales: scales,
        isSymmetric: isSymmetric,
        units: units
      )
    case .words: return nil
    }
    self.hybrid = hybrid
  }

  /// The channels of a block, for a depthwise layer of integers that is packed in blocks: one whose
  /// windows have 3 or 4 rows, since a group has four taps.
  private static func block(_ layer: WeightedSum, set: ck_tile_set) -> Int? {
    let block = Int(ck_tiles_block(set))
    guard block > 0, layer.connection == .depthwise(multiplier: 1), case .bytes = layer.arithmetic,
      layer.window.input_channels > 1, (3...4).contains(layer.window.filter_height)
    else { return nil }
    return block
  }

  /// The place of each channel of a block among its packed numbers (`ck_tiles_block`).
  private static func lanes(ofBlock block: Int) -> [Int] {
    (0..<block).map { channel in
      channel % 16 / 4 * (block / 4) + channel / 16 * 4 + channel % 4
    }
  }

  /// Bytes of the packed operands.
  var byteCount: Int {
    weights.bytes.count + bias.bytes.count + (rounding == nil ? 0 : units * 400)
  }

  private static func groupCount(
    _ window: ck_window,
    _ format: CellFormat,
    isDepthwise: Bool
  ) -> Int {
    let (height, width) = (Int(window.filter_height), Int(window.filter_width))
    func groups(_ cells: Int) -> Int { (cells + format.groupCells - 1) / format.groupCells }
    if isDepthwise { return groups(height * width) }
    let channels = Int(window.input_channels)
    return window.dilation_width == 1
      ? height * groups(width * channels) : height * width * groups(channels)
  }

  /// Runs of groups that follow each other in an image: rows of the window or its taps; in depthwise
  /// layers groups of taps.
  var runs: Int {
    if isDepthwise { return groups }
    let height = Int(window.filter_height)
    return window.dilation_width == 1 ? height : height * Int(window.filter_width)
  }

  /// Bytes from a window's first cell to each run or, in depthwise layers, to each tap.
  func offsets(over image: BorderedImage) -> [Int32] {
    let rowBytes = Int(window.dilation_height) * image.rowBytes
    let tapBytes = Int(window.dilation_width) * image.columnBytes
    let (height, width) = (Int(window.filter_height), Int(window.filter_width))
    if isBlocked {
      // A fourth row that the window does not have has no weight.
      return (0..<groups * 4).map { index in
        Int32(min(index % 4, height - 1) * rowBytes + index / 4 * tapBytes)
      }
    }
    if isDepthwise {
      // Taps that fill up the last group have no weight.
      return (0..<groups * format.groupCells).map { index in
        let tap = min(index, height * width - 1)
        return Int32(tap / width * rowBytes + tap % width * tapBytes)
      }
    }
    let rowRuns = runs / height
    return (0..<runs).map { Int32($0 / rowRuns * rowBytes + $0 % rowRuns * tapBytes) }
  }
}

/// Where weights go.
private struct Order {
  let lanes: [Int]
  let groups: Int
  let groupCells: Int
  /// Per tap and input channel (height x width x channels) its group and place in the group.
  let terms: [(group: Int, place: Int)]

  /// `lanes`: the place of each channel of a unit or block among its packed numbers.
  init(
    _ window: ck_window,
    _ format: CellFormat,
    isDepthwise: Bool,
    isBlocked: Bool,
    lanes: [Int],
    groups: Int
  ) {
    self.lanes = lanes
    self.groups = groups
    groupCells = format.groupCells
    let columns = Int(window.filter_width)
    let taps = Int(window.filter_height) * columns
    if isBlocked {
      terms = (0..<taps).map { ($0 % columns, $0 / columns) }
      return
    }
    let inputs = isDepthwise ? 1 : Int(window.input_channels)
    // Cells that follow each other: a row of the window, or one tap.
    let run =
      isDepthwise ? taps : window.dilation_width == 1 ? Int(window.filter_width) * inputs : inputs
    let runGroups = (run + groupCells - 1) / groupCells
    var terms: [(group: Int, place: Int)] = []
    terms.reserveCapacity(taps * inputs)
    for index in 0..<taps * inputs {
      let within = index % run
      terms.append((index / run * runGroups + within / groupCells, within % groupCells))
    }
    self.terms = terms
  }

  /// The place of a channel among the packed numbers of all units.
  func place(of channel: Int) -> Int {
    channel / lanes.count * lanes.count + lanes[channel % lanes.count]
  }

  /// Places `values`, terms x channels.
  func place<Value, Packed>(
    _ values: [Value],
    channels: Int,
    into block: MemoryBlock,
    _ packed: (Value) -> Packed
  ) {
    let into = block.bytes.assumingMemoryBound(to: Packed.self)
    let starts = (0..<channels).map { channel in
      (channel / lanes.count * groups * lanes.count + lanes[channel % lanes.count]) * groupCells
    }
    values.withUnsafeBufferPointer { values in
      for (index, term) in terms.enumerated() {
        let shift = term.group * lanes.count * groupCells + term.place
        for channel in 0..<channels {
          into[starts[channel] + shift] = packed(values[index * channels + channel])
        }
      }
    }
  }
}

/// The sums that the channels of an int8 layer can give, over cells of 0...255.
struct ReachableSums {
  /// The bias with the zero point's share: `bias - (zero point + 128) * sum(weights)`.
  private(set) var biases: [Int]
  private(set) var least: [Int]
  private(set) var largest: [Int]

  init(_ weights: [Int8], _ bias: [Int32], inputOffset: Int32, channels: Int) {
    var above = [Int](repeating: 0, count: channels)
    var below = above
    weights.withUnsafeBufferPointer { weights in
      for start in stride(from: 0, to: weights.count, by: channels) {
        for channel in 0..<channels {
          let weight = Int(weights[start + channel])
          if weight > 0 { above[channel] += weight } else { below[channel] += weight }
        }
      }
    }
    biases = (0..<channels).map { channel in
      let zeroCell = 128 - Int(inputOffset)
      return (bias.isEmpty ? 0 : Int(bias[channel])) - zeroCell * (above[channel] + below[channel])
    }
    least = zip(biases, below).map { $0 + 255 * $1 }
    largest = zip(biases, above).map { $0 + 255 * $1 }
  }
}
