import CKernels

/// Copies a tensor into its bordered image.
struct ImageImport: Kernel {
  let operand: Operand
  let image: BorderedImage

  func run(_ memory: Memory) {
    var shape = image.shape
    switch image.format {
    case .floats:
      let from: UnsafeMutableBufferPointer<Float> = operand.elements(memory)
      ck_tiles_import_floats(
        &shape,
        from.baseAddress,
        memory.cells(image)?.assumingMemoryBound(to: Float.self)
      )
    case .integers(let set):
      let from: UnsafeMutableBufferPointer<Int8> = operand.elements(memory)
      ck_tiles_import(set, &shape, from.baseAddress, memory.cells(image))
    }
  }
}

/// Copies a bordered image into its tensor.
struct ImageExport: Kernel {
  let image: BorderedImage
  let operand: Operand

  func run(_ memory: Memory) {
    var shape = image.shape
    switch image.format {
    case .floats:
      let into: UnsafeMutableBufferPointer<Float> = operand.elements(memory)
      ck_tiles_export_floats(
        &shape,
        memory.cells(image)?.assumingMemoryBound(to: Float.self),
        into.baseAddress
      )
    case .integers(let set):
      let into: UnsafeMutableBufferPointer<Int8> = operand.elements(memory)
      ck_tiles_export(set, &shape, memory.cells(image), into.baseAddress)
    }
  }
}

/// MAX_POOL_2D and AVERAGE_POOL_2D over bordered images.
struct TilePool: Kernel {
  let pool: PoolingKernel
  let input: BorderedImage
  let output: BorderedImage

  func run(_ memory: Memory) {
    let from = memory.cells(input)
    let into = memory.cells(output)
    var shape = input.shape
    let row = output.shape.row
    let given = pool.window
    // Bounds as cells; those of floats come without integers.
    let isFloat = input.format == .floats
    var window = ck_tile_window(
      output_height: given.output_height,
      output_width: given.output_width,
      height: given.filter_height,
      width: given.filter_width,
      stride_height: given.stride_height,
      stride_width: given.stride_width,
      top: given.pad_top,
      left: given.pad_left,
      minimum: isFloat ? 0 : pool.range.integers.lowerBound + 128,
      maximum: isFloat ? 0 : pool.range.integers.upperBound + 128,
      lower: pool.range.floats.lowerBound,
      upper: pool.range.floats.upperBound
    )
    switch input.format {
    case .floats:
      let function = pool.isMaximum ? ck_tiles_max_pool_floats : ck_tiles_average_pool_floats
      function(
        &window,
        &shape,
        from?.assumingMemoryBound(to: Float.self),
        row,
        into?.assumingMemoryBound(to: Float.self)
      )
    case .integers(let set):
      let function = pool.isMaximum ? ck_tiles_max_pool : ck_tiles_average_pool
      function(set, &window, &shape, from, row, into)
    }
  }
}

/// MEAN over rows and columns of a bordered image.
struct TileMean: Kernel {
  let reduction: Reduction
  let input: BorderedImage
  let output: BorderedImage

  func run(_ memory: Memory) {
    var shape = input.shape
    let channels = input.channels
    switch (input.format, reduction.rule) {
    case (.floats, .floatMean(let count)):
      guard let into = memory.cells(output)?.assumingMemoryBound(to: Float.self) else { return }
      ck_tiles_totals_floats(
        &shape,
        memory.cells(input)?.assumingMemoryBound(to: Float.self),
        into
      )
      for channel in 0..<channels { into[channel] /= Float(count) }
    case (.integers(let set), .integers(let sumOffset, let factor, let zeroPoint)):
      guard let into = memory.cells(output) else { return }
      withUnsafeTemporaryAllocation(of: Int32.self, capacity: channels) { totals in
        ck_tiles_totals(set, &shape, memory.cells(input), totals.baseAddress)
        let offset = sumOffset + Int64(128 * input.height * input.width)
        for channel in 0..<channels {
          let centred = Int32(truncatingIfNeeded: Int64(totals[channel]) - offset)
          let mean = Int8(clamping: Int64(factor.applied(to: centred)) + Int64(zeroPoint))
          let cell = Int16(mean) + 128
          if output.format.cellBytes == 2 {
            into.storeBytes(of: cell, toByteOffset: channel * 2, as: Int16.self)
          } else {
            into.storeBytes(of: UInt8(cell), toByteOffset: channel, as: UInt8.self)
          }
        }
      }
    default: return
    }
  }
}

/// ADD and SUB of two bordered images.
struct TileSum: Kernel {
  enum Rule: Sendable {
    case floats(subtracts: Bool, ClosedRange<Float>)
    case integers(CellSum)
  }

  let rule: Rule
  let left: BorderedImage
  let right: BorderedImage
  let output: BorderedImage

  func run(_ memory: Memory) {
    guard let a = memory.cells(left), let b = memory.cells(right), let into = memory.cells(output)
    else { return }
    // Without borders all rows are one.
    let isOneRow = left.isContiguous && right.isContiguous && output.isContiguous
    let rows = isOneRow ? 1 : output.height
    let count = Int64((isOneRow ? output.height : 1) * output.width * output.channels)
    for row in 0..<rows {
      let first = a + row * left.rowBytes
      let second = b + row * right.rowBytes
      let result = into + row * output.rowBytes
      switch (rule, output.format) {
      case (.floats(let subtracts, let range), _):
        ck_tiles_add_floats(
          count,
          subtracts ? 1 : 0,
          range.lowerBound,
          range.upperBound,
          first.assumingMemoryBound(to: Float.self),
          second.assumingMemoryBound(to: Float.self),
          result.assumingMemoryBound(to: Float.self)
        )
      case (.integers(let sum), .integers(let set)):
        sum.apply(set, count, first, second, result)
      case (.integers, .floats): return
      }
    }
  }
}

/// The sum or difference of two int8 tensors as a function of their cells.
///
/// Unchecked: nothing is written after `init`.
final class CellSum: @unchecked Sendable {
  private let sum: UnsafeMutablePointer<ck_tile_sum>

  /// Tabulates what each cell adds, and looks for a rule in single precision.
  init(
    _ scales: SumScales,
    range: ClosedRange<Int32>,
    leftShift: Int32,
    subtracts: Bool,
    verifies: Bool = true
  ) {
    sum = .allocate(capacity: 1)
    sum.initialize(to: ck_tile_sum())
    func tabulate(
      _ table: UnsafeMutableRawPointer,
      _ factor: FixedPointFactor,
      _ zeroPoint: Int32,
      negates: Bool
    ) {
      let table = table.assumingMemoryBound(to: Int32.self)
      for cell in 0..<256 {
        let value = factor.applied(to: (Int32(cell) - 128 - zeroPoint) &<< leftShift)
        table[cell] = negates ? 0 &- value : value
      }
    }
    tabulate(&sum.pointee.left, scales.left, scales.leftZero, negates: false)
    tabulate(&sum.pointee.right, scales.right, scales.rightZero, negates: subtracts)
    sum.pointee.multiplier = scales.output.multiplier
    sum.pointee.shift = scales.output.shift
    sum.pointee.offset = scales.outputZero + 128
    sum.pointee.minimum = range.lowerBound + 128
    sum.pointee.maximum = range.upperBound + 128
    guard verifies else { return }
    let unit = Double(Int64(1) << Int64(leftShift)) * scales.output.real
    let left = scales.left.real * unit
    let right = scales.right.real * unit * (subtracts ? -1 : 1)
    let constant =
      Double(scales.outputZero + 128) - left * Double(scales.leftZero + 128)
      - right * Double(scales.rightZero + 128)
    ck_tiles_verify_sum(sum, left, right, constant)
  }

  deinit { sum.deallocate() }

  /// Whether a rule in single precision was found.
  var isVerified: Bool { sum.pointee.is_verified != 0 }

  func apply(
    _ set: ck_tile_set,
    _ count: Int64,
    _ left: UnsafeRawPointer,
    _ right: UnsafeRawPointer,
    _ result: UnsafeMutableRawPointer
  ) {
    ck_tiles_add(set, sum, count, left, right, result)
  }
}

extension FixedPointFactor {
  /// The factor as a real number.
  var real: Double {
    Double(sign: .plus, exponent: Int(shift) - 31, significand: Double(multiplier))
  }
}
