import CDigest
import Charts

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
    return OutputLine(.artefact, "plot \(path) data:\(sha256(Array(text.utf8)).prefix(8))")
  }
}

/// SHA-256 in hexadecimal digits.
func sha256(_ bytes: [UInt8]) -> String {
  var context = SHA2_CTX()
  SHA256Init(&context)
  SHA256Update(&context, bytes, bytes.count)
  var digest = [UInt8](repeating: 0, count: 32)
  SHA256Final(&digest, &context)
  let digits = Array("0123456789abcdef")
  return String(digest.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
}
