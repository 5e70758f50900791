import Charts
import Tensors

/// Charts of every kind to draw in tests.
enum SampleCharts {
  static let names = ["plot", "bars", "histogram", "matrix", "images", "blocks"]

  /// A chart of a kind with random numbers, some of which are not numbers at all when `isWild`.
  static func chart(_ kind: String, seed: UInt64, isWild: Bool) -> Chart {
    var random = SeededGenerator(seed: seed)
    let words = [
      "", "accuracy", "<b>&\"'\u{1B}[2J", "日本語", String(repeating: "long ", count: 60), "é",
    ]
    func word() -> String { words[random.nextIndex(below: words.count)] }
    func number() -> Double {
      let special = [Double.nan, .infinity, -.infinity, 0, 1e308, -1e308, 0x1p-1074]
      if isWild, random.nextIndex(below: 4) == 0 {
        return special[random.nextIndex(below: special.count)]
      }
      return random.nextUnit() * 10 - (isWild ? 5 : 0)
    }
    func count(_ most: Int) -> Int { random.nextIndex(below: most + 1) + (isWild ? 0 : 1) }
    func axis() -> Axis {
      Axis(
        word(),
        isLogarithmic: random.nextIndex(below: 3) == 0,
        style: [.plain, .percent, .bytes][random.nextIndex(below: 3)],
        shows: random.nextIndex(below: 4) == 0 ? number() : nil
      )
    }
    let content: Chart.Content
    switch kind {
    case "plot":
      let marks: [Series.Mark] = [.line, .steps, .dots, .bubbles]
      let series = (0..<count(3)).map { _ in
        Series(
          word(),
          marks[random.nextIndex(below: marks.count)],
          (0..<count(50)).map { _ in
            Point(x: number(), y: number(), size: number(), label: isWild ? word() : "")
          }
        )
      }
      content = .plot(Plot(x: axis(), y: axis(), series: series))
    case "bars":
      let categories = (0..<count(8)).map { _ in word() }
      let series = (0..<count(3)).map { _ in
        BarChart.Values(word(), (0..<count(8)).map { _ in number() })
      }
      content = .bars(BarChart(categories: categories, series: series, axis: axis()))
    case "histogram":
      let edges = (0..<count(10)).map { Double($0) + (isWild ? number() : 0) }
      let counts = (0..<max(0, edges.count - 1)).map { _ in random.nextIndex(below: 9) - 1 }
      content =
        isWild
        ? .histogram(Histogram(edges: edges, counts: counts, axis: axis()))
        : .histogram(Histogram(of: (0..<50).map { _ in number() }, bins: count(30)))
    case "matrix":
      let columns = count(30)
      content = .matrix(
        Matrix(
          columnCount: columns,
          values: (0..<columns * count(30)).map { _ in number() },
          rowLabels: (0..<count(4)).map { _ in word() },
          columnLabels: (0..<count(4)).map { _ in word() },
          rowTitle: word(),
          columnTitle: word(),
          showsValues: random.nextIndex(below: 2) == 0
        )
      )
    case "images":
      let images = (0..<count(5)).map { _ in
        ImageGrid.Picture(
          caption: word(),
          width: count(40),
          channels: [1, 3, isWild ? 2 : 1][random.nextIndex(below: 3)],
          brightness: (0..<count(500)).map { _ in number() / 10 }
        )
      }
      content = .images(ImageGrid(images: images))
    default:
      let blocks = (0..<count(6)).map { _ in
        BlockPlan.Block(
          word(),
          start: number(),
          end: number() + 10,
          bottom: number(),
          top: number() + 10
        )
      }
      content = .blocks(
        BlockPlan(
          blocks: blocks,
          x: axis(),
          y: axis(),
          limit: random.nextIndex(below: 2) == 0 ? number() : nil,
          limitLabel: word()
        )
      )
    }
    return Chart(title: word(), content)
  }
}
