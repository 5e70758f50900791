import Charts
import Datasets

/// Samples of a data set as pictures.
enum Pictures {
  /// The first samples of the first part: images as pictures, two numbers as points, others as
  /// rows of a matrix.
  static func chart(of dataset: Dataset, count: Int) -> Chart {
    let shown = min(max(1, count), dataset.count)
    let samples = (0..<shown).compactMap { try? dataset.sample(at: $0) }
    let extents = dataset.shape.extents
    if extents.count == 3, extents[2] == 1 || extents[2] == 3 {
      return Chart(
        title: "samples of \(dataset.name)",
        .images(
          ImageGrid(
            images: samples.map { sample in
              ImageGrid.Picture(
                caption: caption(sample.answer),
                width: extents[1],
                channels: extents[2],
                brightness: sample.input.values.map { Double($0) }
              )
            }
          )
        )
      )
    }
    if dataset.shape.count <= 2 { return scatter(dataset) }
    return Chart(
      title: "samples of \(dataset.name)",
      .matrix(
        Matrix(
          columnCount: dataset.shape.count,
          values: samples.flatMap { $0.input.values.map { Double($0) } },
          rowLabels: samples.map { caption($0.answer) },
          columnLabels: dataset.columns.count == dataset.shape.count ? dataset.columns : []
        )
      )
    )
  }

  private static func scatter(_ dataset: Dataset) -> Chart {
    let samples = (0..<min(2000, dataset.count)).compactMap { try? dataset.sample(at: $0) }
    let isPlane = dataset.shape.count == 2
    var groups: [String: [Point]] = [:]
    for sample in samples {
      let x = Double(sample.input[0])
      switch sample.answer {
      case .label(_, let name):
        groups[name, default: []].append(Point(x: x, y: isPlane ? Double(sample.input[1]) : 0))
      case .values(let values):
        let y = isPlane ? Double(sample.input[1]) : Double(values.first ?? 0)
        groups["", default: []].append(Point(x: x, y: y))
      case .nothing:
        groups["", default: []].append(Point(x: x, y: isPlane ? Double(sample.input[1]) : 0))
      }
    }
    let columns = dataset.columns + dataset.answerColumns
    return Chart(
      title: dataset.name,
      .plot(
        Plot(
          x: Axis(columns.first ?? "x"),
          y: Axis(columns.count > 1 ? columns[1] : "y"),
          series: groups.keys.sorted().map { Series($0, .dots, groups[$0] ?? []) }
        )
      )
    )
  }

  private static func caption(_ answer: Sample.Answer) -> String {
    switch answer {
    case .label(_, let name): name
    case .values(let values):
      values.map { NumberFormat.text(Double($0), significant: 3) }.joined(separator: " ")
    case .nothing: ""
    }
  }
}
