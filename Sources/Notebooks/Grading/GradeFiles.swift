import Diagnostics
import FoundationEssentials

/// Reports as files for other programs.
public enum GradeFiles {
  /// One test of Gradescope's `results.json`.
  private struct Test: Encodable {
    var name: String
    var score: Double
    var maximum: Double
    var output: String
    var visibility: String

    enum CodingKeys: String, CodingKey {
      case name, score, output, visibility
      case maximum = "max_score"
    }
  }

  /// Gradescope's `results.json`.
  private struct Results: Encodable {
    var score: Double
    var maximum: Double
    var output: String
    var visibility: String
    var outputVisibility: String
    var tests: [Test]

    enum CodingKeys: String, CodingKey {
      case score, output, visibility, tests
      case maximum = "max_score"
      case outputVisibility = "stdout_visibility"
    }
  }

  /// Gradescope's `results.json` for one submission.
  public static func gradescope(_ report: GradeReport) -> [UInt8] {
    let results = Results(
      score: report.score,
      maximum: report.points,
      output: summary(report),
      visibility: "visible",
      outputVisibility: "hidden",
      tests: report.checks.map { check in
        Test(
          name: check.isHidden ? "\(check.cell): hidden check" : "\(check.cell): \(check.title)",
          score: check.score,
          maximum: check.points,
          output: check.message,
          visibility: check.isHidden ? "after_published" : "visible"
        )
      }
    )
    return encoded(results)
  }

  /// A report for the process that asked for it.
  public static func record(_ report: GradeReport) -> [UInt8] { encoded(report) }

  /// Reads what `record` wrote; nil if it is damaged.
  public static func report(from bytes: [UInt8]) -> GradeReport? {
    try? JSONDecoder().decode(GradeReport.self, from: Data(bytes))
  }

  /// All submissions as a table, one line each.
  public static func csv(_ reports: [GradeReport]) -> [UInt8] {
    var text = "submission,score,points,flags,infrastructure\n"
    for report in reports {
      let cells = [
        report.name, GradeReport.text(report.score), GradeReport.text(report.points),
        report.flags.joined(separator: " "), report.infrastructure ?? "",
      ]
      text += cells.map(quoted).joined(separator: ",") + "\n"
    }
    return Array(text.utf8)
  }

  /// The report in words.
  public static func summary(_ report: GradeReport) -> String {
    var lines = [
      "\(report.name): \(GradeReport.text(report.score)) of \(GradeReport.text(report.points)) points"
    ]
    if let infrastructure = report.infrastructure { lines.append("not graded: \(infrastructure)") }
    for check in report.checks where check.score < check.points {
      let title = check.isHidden ? "hidden check" : check.title
      lines.append(
        "  \(check.cell): \(title): \(GradeReport.text(check.score))/\(GradeReport.text(check.points))"
          + (check.message.isEmpty ? "" : ": \(check.message)")
      )
    }
    lines += report.mistakes.map { "  \($0.cell): \($0.message)" }
    if !report.flags.isEmpty { lines.append("  flags: \(report.flags.joined(separator: ", "))") }
    return lines.joined(separator: "\n")
  }

  /// What a student is told, as Markdown; nothing of the key's solutions and hidden checks.
  public static func feedback(_ report: GradeReport) -> [UInt8] {
    var text = "# \(quotedText(report.name))\n\n"
    if let infrastructure = report.infrastructure {
      text += "Not graded: \(quotedText(infrastructure)).\n"
      return Array(text.utf8)
    }
    text +=
      "\(GradeReport.text(report.score)) of \(GradeReport.text(report.points)) points\n\n"
      + "| cell | check | points | remark |\n|---|---|---|---|\n"
    for check in report.checks {
      let cells = [
        quotedText(check.cell), check.isHidden ? "hidden check" : quotedText(check.title),
        "\(GradeReport.text(check.score))/\(GradeReport.text(check.points))",
        quotedText(check.message),
      ]
      text += "| " + cells.joined(separator: " | ") + " |\n"
    }
    if !report.mistakes.isEmpty { text += "\n" }
    for mistake in report.mistakes {
      text += "- \(quotedText(mistake.cell)): \(quotedText(mistake.message))\n"
    }
    return Array(text.utf8)
  }

  /// Text that Markdown and HTML take as it stands.
  private static func quotedText(_ text: String) -> String {
    var result = ""
    for character in printable(text) {
      if "\\`*_{}[]<>#|&!~$".contains(character) { result.append("\\") }
      result.append(character)
    }
    return result
  }

  private static func encoded(_ value: some Encodable) -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
    guard let data = try? encoder.encode(value) else { return Array("{}".utf8) }
    return Array(data) + [UInt8(ascii: "\n")]
  }

  private static func quoted(_ text: String) -> String {
    guard text.contains(where: { ",\"\n\r".contains($0) }) else { return text }
    return "\"" + text.replacing("\"", with: "\"\"") + "\""
  }
}
