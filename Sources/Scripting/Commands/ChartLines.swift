import Charts
import Tensors

/// A chart drawn with characters.
enum ChartLines {
  static func lines(of chart: Chart, width: Int) -> [OutputLine] {
    let text = ChartText.render(chart, width: min(width, 100))
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
      var line = line
      while line.last == " " { line.removeLast() }
      return OutputLine(String(line))
    }
    while lines.last?.text.isEmpty == true { lines.removeLast() }
    return lines
  }
}

/// The artefact line of a chart in a file.
enum PlotArtefact {
  /// Significant digits that the numbers are hashed with, so that what a replay may differ in does
  /// not change the hash.
  private static let digits = 3

  /// `plot loss.svg data:9d01f3aa`: the hash of the chart's kind, title and rounded numbers.
  static func line(_ path: String, _ chart: Chart) -> OutputLine {
    var text = chart.title + "\n"
    for number in chart.plottedNumbers {
      text += NumberFormat.text(number, significant: digits) + " "
    }
    var digest = Digest()
    digest.update(Array(text.utf8))
    return OutputLine(.artefact, "plot \(path) data:\(digest.hexadecimal().prefix(8))")
  }
}
