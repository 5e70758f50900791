import CKernels

/// What the cells of bordered images are.
enum CellFormat: Hashable, Sendable {
  case floats
  /// The integer plus 128, in 8 or 16 bits as the set has it.
  case integers(ck_tile_set)

  var cellBytes: Int {
    switch self {
    case .floats: 4
    case .integers(let set): Int(ck_tiles_cell_bytes(set))
    }
  }

  /// Cells in the four bytes that a kernel reads at once.
  var groupCells: Int { 4 / cellBytes }

  /// The place of each channel of a unit among its packed numbers.
  var lanes: [Int] {
    let unit = Int(ck_tile_unit)
    guard case .integers(let set) = self else { return Array(0..<unit) }
    var lanes = [Int](repeating: 0, count: unit)
    for lane in 0..<unit { lanes[Int(ck_tiles_channel(set, Int32(lane)))] = lane }
    return lanes
  }
}
