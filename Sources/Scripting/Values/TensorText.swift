import Tensors

/// Matrices and larger arrays on lines of their own, columns aligned.
enum TensorText {
  static func lines(of tensor: PreciseTensor) -> [OutputLine] {
    var lines: [[Segment]] = []
    let width = tensor.values.count <= 10_000 ? numberWidth(tensor.values) : 1
    write(tensor, width: width, prefix: "", suffix: "", into: &lines)
    let isCut = tensor.shape.extents.contains { $0 > ValueText.mostRows }
    if isCut { lines.append([.text("(\(tensor.shape))")]) }
    return lines.map { OutputLine(.text, ValueText.joined($0)) }
  }

  private static func numberWidth(_ values: [Double]) -> Int {
    values.map { NumberFormat.text($0).count }.max() ?? 1
  }

  private static func write(
    _ tensor: PreciseTensor,
    width: Int,
    prefix: String,
    suffix: String,
    into lines: inout [[Segment]]
  ) {
    let count = tensor.shape.extents.first ?? 0
    guard tensor.shape.rank > 1 else {
      var pieces: [Segment] = [.text(prefix + "[")]
      for index in shown(count) {
        guard let index else {
          pieces.append(.text(", …"))
          continue
        }
        let written = NumberFormat.text(tensor.values[index])
        let pad = String(repeating: " ", count: max(0, width - written.count))
        pieces.append(.text((index > 0 ? ", " : "") + pad))
        pieces.append(.number(tensor.values[index], written: written))
      }
      pieces.append(.text("]" + suffix))
      return lines.append(pieces)
    }
    guard count > 0 else { return lines.append([.text(prefix + "[]" + suffix)]) }
    let rows = shown(count)
    for (position, index) in rows.enumerated() {
      let isFirst = position == 0
      let isLast = position == rows.count - 1
      let open = isFirst ? prefix + "[" : String(repeating: " ", count: prefix.count + 1)
      guard let index else {
        lines.append([.text(open + "…")])
        continue
      }
      guard case .tensor(let row) = TensorMath.row(index, of: tensor) else { continue }
      let close = isLast ? "]" + suffix : ","
      write(row, width: width, prefix: open, suffix: close, into: &lines)
    }
  }

  /// Positions that are shown; nil stands for those left out.
  private static func shown(_ count: Int) -> [Int?] {
    guard count > ValueText.mostRows else { return Array(0..<count) }
    let half = ValueText.mostRows / 2
    return Array(0..<half) + [nil] + Array(count - half..<count)
  }
}
