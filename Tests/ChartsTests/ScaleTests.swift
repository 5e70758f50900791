import Tensors
import TestSupport
import Testing

@testable import Charts

/// Expected texts follow from the rules in `Scale` and `NumberLabel`, worked out by hand.
@Suite("Scales and numbers")
struct ScaleTests {
  static let ranges: [(low: Double, high: Double, style: NumberStyle, texts: [String])] = [
    (0, 10, .plain, ["0", "2", "4", "6", "8", "10"]),
    (0, 1, .percent, ["0%", "20%", "40%", "60%", "80%", "100%"]),
    (-0.3, 0.3, .plain, ["-0.2", "0", "0.2"]),
    (0, 20480, .bytes, ["0", "4KiB", "8KiB", "12KiB", "16KiB", "20KiB"]),
    (0, 50000, .plain, ["0", "10k", "20k", "30k", "40k", "50k"]),
    (0, 0.00005, .plain, ["0", "1e-5", "2e-5", "3e-5", "4e-5", "5e-5"]),
    (1000, 2000, .plain, ["1000", "1200", "1400", "1600", "1800", "2000"]),
  ]

  @Test(arguments: 0..<ranges.count)
  func `ticks are round numbers`(index: Int) throws {
    let range = Self.ranges[index]
    let axis = Axis(style: range.style)
    let scale = try #require(Scale(axis, [range.low, range.high], isPadded: false))
    #expect(scale.ticks(about: 5).map(\.text) == range.texts)
  }

  @Test func `decades are the ticks of a logarithmic axis`() throws {
    let axis = Axis(isLogarithmic: true)
    let scale = try #require(Scale(axis, [1, 1_000_000]))
    #expect(scale.ticks(about: 10).map(\.text) == ["1", "10", "100", "1000", "10k", "100k", "1M"])
    #expect(abs(scale.place(1000) - 0.5) < 1e-12)
    // log10 2 by Python's math module.
    let decade = try #require(Scale(axis, [1, 10]))
    #expect(abs(decade.place(2) - 0.3010299956639812) < 1e-12)
  }

  @Test(arguments: UInt64(0)..<200)
  func `ticks rise inside the scale, whatever its ends`(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    func wild() -> Double {
      let exponent = random.nextIndex(below: 600) - 300
      return (random.nextUnit() - 0.5) * NumberLabel.powerOfTen(exponent)
    }
    for isLogarithmic in [false, true] {
      let values = isLogarithmic ? [abs(wild()), abs(wild())] : [wild(), wild()]
      guard let scale = Scale(Axis(isLogarithmic: isLogarithmic), values) else { continue }
      let ticks = scale.ticks(about: 6)
      #expect(ticks.count <= 40)
      for (tick, next) in zip(ticks, ticks.dropFirst()) { #expect(tick.value < next.value) }
      for value in values { #expect((0...1).contains(scale.place(value))) }
    }
  }

  @Test func `no numbers, no scale`() {
    #expect(Scale(Axis(), []) == nil)
    #expect(Scale(Axis(isLogarithmic: true), [0, 5]) == nil)
    #expect(Scale(Axis(), [.infinity]) == nil)
    #expect(Scale(Axis(), [3, 3]).map { $0.low < 3 && $0.high > 3 } == true)
  }

  @Test(arguments: [
    (0.0, "0"), (3, "3"), (-12, "-12"), (0.5, "0.5"), (1.0 / 3, "0.333"), (123.456, "123"),
    (99_999, "99999"), (1_234_567, "1.23M"), (0.000_123_4, "1.23e-4"), (.nan, "–"),
    (.infinity, "∞"), (-.infinity, "-∞"), (-0.004_4, "-0.0044"),
  ])
  func `a number alone has about three digits`(value: Double, text: String) {
    #expect(NumberLabel.text(value, style: .plain) == text)
  }

  @Test func `sizes are binary`() {
    #expect(NumberLabel.text(1536, style: .bytes) == "1.5KiB")
    #expect(NumberLabel.text(1_048_576, style: .bytes) == "1MiB")
    #expect(NumberLabel.text(40, style: .bytes) == "40B")
    #expect(NumberLabel.text(0.9675, style: .percent) == "96.8%")
  }

  @Test func `labels lose what could harm a terminal`() {
    #expect(LabelText.clean("a\u{1B}[31mb\u{7}\u{202E}c\nd") == "a[31mbc d")
    #expect(LabelText.fitted("acurácia", to: 5) == "acur…")
    #expect(LabelText.fitted("日本語", to: 5) == "日本…")
    #expect(LabelText.width("日本") == 4)
  }
}

@Suite("Histograms and matrices")
struct ContentTests {
  /// `numpy.histogram(v, bins=5)` of NumPy 2.4.6.
  @Test func `counts as NumPy does`() {
    let values = [0.1, 0.2, 0.25, 0.5, 0.75, 1.0, 1.0, -0.5, 0.3, 0.9]
    let histogram = Histogram(of: values + [.nan, .infinity], bins: 5)
    #expect(histogram.counts == [1, 0, 4, 1, 4])
    for (edge, expected) in zip(histogram.edges, [-0.5, -0.2, 0.1, 0.4, 0.7, 1.0]) {
      #expect(abs(edge - expected) < 1e-12)
    }
  }

  @Test(arguments: UInt64(0)..<50)
  func `every finite value is counted once`(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let count = random.nextIndex(below: 300)
    let scale = NumberLabel.powerOfTen(random.nextIndex(below: 400) - 200)
    let values = (0..<count).map { _ in (random.nextUnit() - 0.5) * scale }
    let histogram = Histogram(of: values, bins: 1 + random.nextIndex(below: 60))
    #expect(histogram.counts.reduce(0, +) == count)
    #expect(histogram.isDrawable)
  }

  @Test func `a matrix too large is averaged`() {
    let matrix = Matrix(columnCount: 4, values: (0..<16).map { Double($0) })
    let reduced = matrix.reduced(toRows: 2, columns: 2)
    #expect(reduced.values == [2.5, 4.5, 10.5, 12.5])
    #expect(reduced.columnCount == 2)
    #expect(matrix.reduced(toRows: 4, columns: 4) == matrix)
  }

  @Test func `plotted numbers come in drawing order`() {
    let plot = Plot(series: [Series("a", values: [3, 4])])
    #expect(Chart(.plot(plot)).plottedNumbers == [1, 3, 1, 2, 4, 1])
    let bars = BarChart(categories: ["x"], series: [.init("s", [7])])
    #expect(Chart(.bars(bars)).plottedNumbers == [7])
  }
}
