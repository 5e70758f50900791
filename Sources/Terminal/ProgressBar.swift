import Scripting

/// One line at the bottom of a terminal that says how far a long command is.
///
/// `epoch 3/10 ▕█████▌              ▏ loss 0.2213 accuracy 93.1% 4.2s`
///
/// It is redrawn in place at most 20 times a second, and taken away before anything else is
/// written. On a file, a pipe or a dumb terminal there is none.
public struct ProgressBar {
  /// Seconds between two drawings.
  static let interval = 0.05
  /// Cells of the bar itself, where the window leaves room.
  private static let barCells = 20

  private let device: TerminalDevice
  private var start: Double?
  private var lastDrawn = -Double.infinity
  private var isShown = false

  /// A bar on `device`.
  public init(device: TerminalDevice) {
    self.device = device
  }

  /// Shows a state of the work; `now` is in seconds from any moment.
  public mutating func show(_ progress: Progress, now: Double) {
    guard device.kind == .screen else { return }
    let begun = start ?? now
    start = begun
    guard now - lastDrawn >= ProgressBar.interval else { return }
    lastDrawn = now
    isShown = true
    let line = ProgressBar.line(progress, seconds: now - begun, columns: device.size.columns)
    device.write("\r" + line + "\u{1B}[K")
  }

  /// Takes the bar away so that something else can be written; the work goes on.
  public mutating func hide() {
    guard isShown else { return }
    isShown = false
    lastDrawn = -Double.infinity
    device.write("\r\u{1B}[K")
  }

  /// Takes the bar away; the next state begins a new measure of time.
  public mutating func end() {
    hide()
    start = nil
  }

  /// The bar's text, which leaves the last column free so that no terminal wraps.
  static func line(_ progress: Progress, seconds: Double, columns: Int) -> String {
    let total = max(1, progress.total)
    let unit = min(progress.done + 1, total)
    let title = "\(progress.title) \(unit)/\(total)"
    let share = (Double(progress.done) + progress.fraction) / Double(total)
    let detail = [progress.detail, time(seconds)].filter { !$0.isEmpty }.joined(separator: " ")
    let room = columns - 1
    let withBar = room - title.cellWidth - detail.cellWidth - 4
    if withBar >= 4 {
      let cells = min(barCells, withBar)
      return "\(title) ▕\(bar(share, cells: cells))▏ \(detail)"
    }
    return "\(title) \(detail)".truncated(toCells: room)
  }

  /// A bar of eighths of cells; a share that is no number is none.
  static func bar(_ share: Double, cells: Int) -> String {
    let share = share > 0 ? min(share, 1) : 0
    let eighths = Int((share * Double(cells * 8)).rounded(.down))
    let partial = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"][eighths % 8]
    let filled = String(repeating: "█", count: eighths / 8) + partial
    return filled + String(repeating: " ", count: cells - eighths / 8 - (partial.isEmpty ? 0 : 1))
  }

  /// Elapsed time with one decimal below a minute.
  static func time(_ seconds: Double) -> String {
    guard seconds.isFinite, seconds >= 0, seconds < 1e9 else { return "" }
    if seconds < 60 {
      let tenths = Int((seconds * 10).rounded(.down))
      return "\(tenths / 10).\(tenths % 10)s"
    }
    let whole = Int(seconds)
    let rest = whole % 60
    return "\(whole / 60)min \(rest < 10 ? "0" : "")\(rest)s"
  }
}
