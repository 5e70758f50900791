import Tensors
import TestSupport
import Testing

@testable import Charts

@Suite("Charts in a terminal")
struct ChartTextTests {
  /// Lines without escape sequences.
  static func lines(_ text: String) -> [String] {
    var plain = ""
    var isEscape = false
    for character in text.unicodeScalars {
      if character == "\u{1B}" { isEscape = true }
      if !isEscape { plain.unicodeScalars.append(character) }
      if isEscape, character == "m" { isEscape = false }
    }
    return plain.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
  }

  @Test(arguments: SampleCharts.names, UInt64(0)..<60)
  func `any numbers and words fit into the width`(kind: String, seed: UInt64) {
    var random = SeededGenerator(seed: seed &+ 1000)
    let chart = SampleCharts.chart(kind, seed: seed, isWild: seed % 2 == 1)
    let (width, height) = (10 + random.nextIndex(below: 120), random.nextIndex(below: 50))
    for (colour, unicode) in [(false, true), (true, true), (false, false), (true, false)] {
      let text = ChartText.render(
        chart,
        width: width,
        height: height,
        colour: colour,
        unicode: unicode
      )
      let lines = Self.lines(text)
      #expect(lines.last == "")
      for line in lines { #expect(LabelText.width(line) <= max(24, width)) }
      if !colour { #expect(!text.contains("\u{1B}")) }
      if kind == "plot", !text.hasSuffix("(no data to draw)\n") {
        #expect(lines.count - 1 <= max(8, height) + 2)
      }
    }
  }

  @Test func `without Unicode only ASCII is drawn`() {
    for kind in SampleCharts.names {
      for seed in UInt64(0)..<20 {
        var chart = SampleCharts.chart(kind, seed: seed, isWild: false)
        chart.title = ""
        let text = ChartText.render(chart, unicode: false)
        let words = text.unicodeScalars.filter {
          !$0.isASCII && !"é日本語".unicodeScalars.contains($0)
        }
        // Number signs for what is missing or infinite are words too.
        #expect(words.allSatisfy { $0 == "–" || $0 == "∞" || $0 == "…" }, "\(kind) \(seed)")
      }
    }
  }

  /// The bits of Unicode's Braille patterns: dot 1 is U+2801, all eight dots are U+28FF.
  @Test func `dots are Braille patterns`() {
    var canvas = DotCanvas(columns: 2, rows: 1, resolution: .braille)
    canvas.set(0, 0, series: 0)
    for x in 2..<4 { for y in 0..<4 { canvas.set(x, y, series: 1) } }
    canvas.set(-1, 0, series: 0)
    canvas.set(4, 4, series: 0)
    #expect(canvas.cell(0, 0)?.character == "\u{2801}")
    #expect(canvas.cell(1, 0)?.character == "\u{28FF}")
    #expect(canvas.cell(1, 0)?.series == 1)
  }

  @Test func `a rising line goes from corner to corner`() {
    let chart = Chart(
      .plot(Plot(y: Axis("y"), series: [Series("", values: [0, 1, 2, 3], from: 0)]))
    )
    let lines = Self.lines(ChartText.render(chart, width: 40, height: 12, unicode: false))
    let places = lines.compactMap { line in
      line.firstIndex(of: "*").map { line.distance(from: line.startIndex, to: $0) }
    }
    #expect(places.count == 9)
    #expect(places == places.sorted(by: >))
  }

  @Test func `a short chart, character by character`() {
    let bars = Chart(
      title: "Sizes",
      .bars(BarChart(categories: ["base", "lite"], series: [.init("", [8, 4.25])]))
    )
    // 13 cells for 8 are 6 and 7 eighths for 4.25.
    #expect(
      ChartText.render(bars, width: 24)
        == "Sizes\nbase █████████████ 8\nlite ██████▉ 4.25\n"
    )
  }

  @Test func `numbers of a confusion matrix stand under their classes`() {
    let chart = Chart(.matrix(Matrix(confusion: [[8, 2], [1, 9]], classes: ["cat", "dog"])))
    #expect(
      ChartText.render(chart, width: 40)
        == "    predicted\ntrue cat dog\ncat    8   2\ndog    1   9\n"
    )
  }

  @Test func `colours are reset at the end of each line`() {
    let text = ChartText.render(SampleCharts.chart("plot", seed: 2, isWild: false), colour: true)
    for line in text.split(separator: "\n") where line.contains("\u{1B}[") {
      #expect(line.contains("\u{1B}[0m"))
    }
  }

  @Test func `a great many points are drawn`() {
    var random = SeededGenerator(seed: 3)
    let points = (0..<20_000).map { Point(x: Double($0), y: random.nextUnit()) }
    let chart = Chart(.plot(Plot(series: [Series("noise", .line, points)])))
    #expect(Self.lines(ChartText.render(chart)).count == 21)
    #expect(ChartSVG.render(chart).utf8.count < 100_000)
    let dots = Chart(.plot(Plot(series: [Series("noise", .dots, points)])))
    #expect(ChartSVG.render(dots).utf8.count < 600_000)
  }
}
