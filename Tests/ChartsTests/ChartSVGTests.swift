import Tensors
import TestSupport
import Testing

@testable import Charts

@Suite("Charts as SVG")
struct ChartSVGTests {
  /// The first thing that makes a text no well-formed XML element, or nil.
  static func fault(in text: String) -> String? {
    var open: [String] = []
    var rest = text[...]
    while let start = rest.firstIndex(of: "<") {
      if let stray = rest[..<start].firstIndex(of: ">") {
        return "stray > at \(rest[stray...].prefix(20))"
      }
      guard let end = rest[start...].firstIndex(of: ">") else { return "open tag" }
      let tag = rest[rest.index(after: start)..<end]
      if tag.filter({ $0 == "\"" }).count % 2 == 1 { return "quotes in \(tag)" }
      if tag.contains("<") { return "< in \(tag)" }
      if tag.hasPrefix("/") {
        guard open.popLast() == String(tag.dropFirst()) else { return "closing \(tag)" }
      } else if !tag.hasSuffix("/") {
        open.append(String(tag.prefix { $0 != " " }))
      }
      rest = rest[rest.index(after: end)...]
    }
    return open.isEmpty ? nil : "unclosed \(open)"
  }

  @Test(arguments: SampleCharts.names, UInt64(0)..<60)
  func `any numbers and words make well-formed SVG`(kind: String, seed: UInt64) {
    let chart = SampleCharts.chart(kind, seed: seed, isWild: seed % 2 == 1)
    let svg = ChartSVG.render(chart)
    #expect(Self.fault(in: svg) == nil)
    #expect(svg == ChartSVG.render(chart))
    #expect(svg.hasPrefix("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 "))
    #expect(!svg.unicodeScalars.contains { $0.value < 32 && $0 != "\n" })
    for word in ["nan", "inf", "NaN"] { #expect(!svg.contains("\"\(word)")) }
    #expect(svg.contains("<title>") && svg.contains("<desc>") && svg.contains("role=\"img\""))
  }

  @Test func `words are escaped`() {
    let series = Series("a<b", values: [1, 2])
    let chart = Chart(title: "R&D \"x\"", .plot(Plot(y: Axis("<y>"), series: [series, series])))
    let svg = ChartSVG.render(chart)
    #expect(svg.contains("R&amp;D &quot;x&quot;"))
    #expect(svg.contains("a&lt;b") && svg.contains("&lt;y&gt;"))
  }

  @Test func `a gap in a curve stays a gap`() {
    let chart = Chart(.plot(Plot(series: [Series("a", values: [1, 2, .nan, 3, 4])])))
    let path = ChartSVG.render(chart).split(separator: "\n").first { $0.hasPrefix("<path") } ?? ""
    #expect(path.filter { $0 == "M" }.count == 2)
    #expect(path.filter { $0 == "L" }.count == 2)
  }

  /// The area of a bubble is its size: four times the size, twice the radius.
  @Test func `areas of bubbles are sizes`() {
    let points = [Point(x: 1, y: 1, size: 400), Point(x: 2, y: 2, size: 100)]
    let svg = ChartSVG.render(Chart(.plot(Plot(series: [Series("", .bubbles, points)]))))
    #expect(svg.contains("r=\"38\"") && svg.contains("r=\"19\""))
  }

  /// Packed by Python 3.11: `zlib.compress(lines, 0)`, `zlib.crc32`, `base64.b64encode`.
  @Test func `pictures are the PNG that Python makes`() {
    let pixels = [
      [Palette.Colour(red: 255, green: 0, blue: 0), Palette.Colour(red: 0, green: 128, blue: 255)],
      [Palette.Colour(red: 1, green: 2, blue: 3), Palette.Colour(red: 4, green: 5, blue: 6)],
    ]
    let image = PixelImage(width: 2, height: 2) { pixels[$1][$0] }
    #expect(
      image.base64PNG
        == "iVBORw0KGgoAAAANSUhEUgAAAAIAAAACCAIAAAD91JpzAAAAGUlEQVR4AQEOAPH/AP8AAACA/wABAgME"
        + "BQYZsQKUWyPMbQAAAABJRU5ErkJggg=="
    )
  }

  @Test func `greys and pure colours of a terminal's palette`() {
    #expect(Palette.Colour(red: 255, green: 255, blue: 255).terminalIndex == 231)
    #expect(Palette.Colour(red: 0, green: 0, blue: 0).terminalIndex == 16)
    #expect(Palette.Colour(red: 255, green: 0, blue: 0).terminalIndex == 196)
    #expect(Palette.Colour(red: 128, green: 128, blue: 128).terminalIndex == 244)
    for level in 0..<256 {
      let index = Palette.Colour(red: level, green: level, blue: level).terminalIndex
      #expect(index == 16 || index == 231 || index >= 232)
    }
  }
}
