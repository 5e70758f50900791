import Charts
import Datasets
import Diagnostics
import Language
import Networks
import Tensors

/// Charts of what a network holds and does inside: filters, feature maps, attention, latent space.
extension Plotting {
  /// The layer that a chart is about, with its network.
  private func layer(_ given: GivenValue, _ word: String) throws(Diagnostic) -> (Network, Int) {
    guard case .layer(let reference) = given.value, case .network(let network) = reference.owner
    else {
      throw Diagnostic(
        "operand-kind",
        "plot \(word) needs a layer of a network, but '\(given.text)' is \(given.value.kindPhrase)",
        at: given.range,
        remedy: "such as base.conv1"
      )
    }
    try call.session.checkWeights(of: network, at: given.range)
    return (network, reference.index)
  }

  /// The samples behind `on`, those that are measured.
  private func samples(_ word: String) throws(Diagnostic) -> (Samples, Dataset, GivenValue) {
    guard let on = call.after(.on) else { throw TrainingCommands.missing(call, "on", "a dataset") }
    let dataset = try on.dataset("plot \(word)")
    let samples = try DataCommands.pinned(call, on.range) { () throws(DatasetError) in
      try dataset.samplesToMeasure()
    }
    return (samples, dataset, on)
  }

  private func picture(
    _ caption: String,
    _ values: [Double],
    width: Int,
    channels: Int = 1,
    stretches: Bool
  ) -> ImageGrid.Picture {
    guard stretches else {
      return .init(caption: caption, width: width, channels: channels, brightness: values)
    }
    let (low, high) = (values.min() ?? 0, values.max() ?? 0)
    let range = high > low ? high - low : 1
    return .init(
      caption: caption,
      width: width,
      channels: channels,
      brightness: values.map { ($0 - low) / range }
    )
  }

  // MARK: Filters and feature maps

  /// The filters of a convolution, or what each neuron of a dense layer behind an image looks for;
  /// dark is the smallest weight of a filter, bright the largest.
  func filters(_ given: GivenValue) throws(Diagnostic) -> Chart {
    let (network, index) = try layer(given, "filters")
    let node = network.architecture.nodes[index]
    guard let weights = network.parameter(.weights, of: index) else {
      throw Diagnostic("no-weights", "'\(given.text)' has no weights", at: given.range)
    }
    let most = try call.count("count", default: 32)
    let extents: [Int]
    switch node.layer {
    case .convolution, .depthwiseConvolution: extents = weights.shape.extents
    case .dense:
      guard let image = imageShape(before: index, network.architecture),
        image.count * node.outputShape.count == weights.count
      else { fallthrough }
      extents = image.extents + [node.outputShape.count]
    default:
      throw Diagnostic(
        "no-filters",
        "filters are of convolutions and of dense layers behind an image, but '\(given.text)' is"
          + " \(node.layer.kindName)",
        at: given.range
      )
    }
    let (height, width, depth) = (extents[0], extents[1], extents[2])
    let count = extents.dropFirst(3).reduce(1, *)
    var pictures: [ImageGrid.Picture] = []
    // Three channels are a colour; any other number is drawn channel by channel.
    let isColour = depth == 3
    filters: for filter in 0..<count {
      for channel in 0..<(isColour ? 1 : depth) {
        guard pictures.count < most else { break filters }
        var values: [Double] = []
        for cell in 0..<height * width {
          for part in isColour ? 0..<3 : channel..<channel + 1 {
            values.append(Double(weights[(cell * depth + part) * count + filter]))
          }
        }
        pictures.append(
          picture(
            depth == 1 || isColour
              ? "\(filter)" : count == 1 ? "\(channel)" : "\(filter).\(channel)",
            values,
            width: width,
            channels: isColour ? 3 : 1,
            stretches: true
          )
        )
      }
    }
    return Chart(title: "filters of \(given.text)", .images(ImageGrid(images: pictures)))
  }

  /// The image shape that reaches a node through nothing but flattening.
  private func imageShape(before index: Int, _ architecture: Architecture) -> Shape? {
    var index = index
    while let input = architecture.nodes[index].inputs.first {
      let shape = architecture.nodes[input].outputShape
      if shape.rank == 3 { return shape }
      guard case .flatten = architecture.nodes[input].layer else { return nil }
      index = input
    }
    return nil
  }

  /// What each channel of a layer gives for one sample; each is stretched to its own range.
  func maps(_ given: GivenValue) throws(Diagnostic) -> Chart {
    let (network, index) = try layer(given, "maps")
    let (samples, _, on) = try samples("maps")
    let sample = try call.count("sample", default: 0)
    guard (0..<samples.count).contains(sample) else {
      throw Diagnostic(
        "out-of-range",
        "sample must be in 0..<\(samples.count), but is \(sample)",
        at: call.option("sample")?.range ?? on.range
      )
    }
    let shape = network.architecture.nodes[index].outputShape
    guard shape.rank == 3 else {
      throw Diagnostic(
        "no-maps",
        "maps are of layers that give images, but '\(given.text)' gives \(shape)",
        at: given.range
      )
    }
    let one = row(samples.inputs, sample)
    let values = try activations(network, one, index, at: on.range)
    let (width, channels) = (shape.extents[1], shape.extents[2])
    let pictures = (0..<min(channels, try call.count("count", default: 32))).map { channel in
      picture(
        "\(channel)",
        stride(from: channel, to: values.count, by: channels).map { Double(values[$0]) },
        width: width,
        stretches: true
      )
    }
    return Chart(
      title: "maps of \(given.text) for sample \(sample)",
      .images(ImageGrid(images: pictures))
    )
  }

  private func row(_ inputs: Tensor, _ index: Int) -> Tensor {
    let extents = inputs.shape.extents
    let width = inputs.count / max(1, extents[0])
    let values = inputs.withElements { Array($0[index * width..<(index + 1) * width]) }
    return Tensor(Shape([1] + extents.dropFirst()), values)
  }

  private func activations(
    _ network: Network,
    _ inputs: Tensor,
    _ index: Int,
    at range: SourceRange
  ) throws(Diagnostic) -> Tensor {
    do throws(NetworkError) {
      return try network.activations(
        for: inputs,
        of: network.architecture.nodes[index].name,
        threads: call.session.host.threads
      )
    } catch { throw Diagnostic("network", error.description, at: range) }
  }

  // MARK: Attention and latent space

  /// How much each step (row) looks at each other (column), for one sample and head.
  func attentionMatrix(_ given: GivenValue) throws(Diagnostic) -> Chart {
    let (network, index) = try layer(given, "attention")
    let (samples, dataset, on) = try samples("attention")
    let sample = try call.count("sample", default: 0)
    let head = try call.count("head", default: 0)
    guard (0..<samples.count).contains(sample) else {
      throw Diagnostic(
        "out-of-range",
        "sample must be in 0..<\(samples.count), but is \(sample)",
        at: call.option("sample")?.range ?? on.range
      )
    }
    let weights: Tensor
    let one = row(samples.inputs, sample)
    do throws(NetworkError) {
      weights = try network.attentionWeights(
        for: one,
        of: network.architecture.nodes[index].name
      )
    } catch { throw Diagnostic("network", error.description, at: given.range) }
    let (heads, steps) = (weights.shape.extents[1], weights.shape.extents[2])
    guard (0..<heads).contains(head) else {
      throw Diagnostic(
        "out-of-range",
        "head must be in 0..<\(heads), but is \(head)",
        at: call.option("head")?.range ?? given.range
      )
    }
    let start = head * steps * steps
    let characters = dataset.facts.vocabulary
    let labels =
      characters.isEmpty
      ? (0..<steps).map { "\($0)" }
      : one.values.map { value in
        let place = Int(max(0, min(1e6, value)))
        return characters.indices.contains(place) ? characters[place] : ""
      }
    return Chart(
      title: "attention of \(given.text) for sample \(sample)"
        + (heads > 1 ? ", head \(head)" : ""),
      .matrix(
        Matrix(
          columnCount: steps,
          values: (0..<steps * steps).map { Double(weights[start + $0]) },
          rowLabels: labels.count == steps ? labels : [],
          columnLabels: labels.count == steps ? labels : [],
          rowTitle: "step",
          columnTitle: "looks at"
        )
      )
    )
  }

  /// Samples as points, by the first two numbers that a layer gives for them.
  func latent(_ given: GivenValue) throws(Diagnostic) -> Chart {
    let (network, index) = try layer(given, "latent")
    let (samples, dataset, on) = try samples("latent")
    let values = try activations(network, samples.inputs, index, at: on.range)
    let width = values.count / max(1, samples.count)
    var names: [String] = []
    var labels = [Int](repeating: 0, count: samples.count)
    if case .classes(let given, _) = samples.expected, given.count == samples.count {
      names = dataset.answers.classNames
      labels = given.map { Int($0) }
    }
    let groups = max(1, names.count)
    var points = [[Point]](repeating: [], count: groups)
    for sample in 0..<min(samples.count, 2000) {
      let x = Double(values[sample * width])
      let y = width > 1 ? Double(values[sample * width + 1]) : 0
      points[min(labels[sample], groups - 1)].append(Point(x: x, y: y))
    }
    return Chart(
      title: "\(given.text) of \(on.text)",
      .plot(
        Plot(
          x: Axis("value 0"),
          y: Axis(width > 1 ? "value 1" : ""),
          series: points.indices.filter { !points[$0].isEmpty }.map { group in
            Series(names.isEmpty ? "" : names[group], .dots, points[group])
          }
        )
      )
    )
  }

  // MARK: Outputs

  /// Samples above, and what the network gives for them below: images, or curves.
  func reconstructions(_ given: GivenValue) throws(Diagnostic) -> Chart {
    let predictor = try Predictor(given, "plot reconstructions")
    let (samples, _, on) = try samples("reconstructions")
    let count = min(samples.count, try call.count("count", default: 8))
    let width = samples.inputs.count / samples.count
    let inputs = Tensor(
      Shape([count] + samples.sampleShape.extents),
      samples.inputs.withElements { Array($0[..<(count * width)]) }
    )
    let outputs = try predictor.outputs(for: inputs, session: call.session, at: on.range)
    guard outputs.count == inputs.count else {
      throw Diagnostic(
        "sample-shape",
        "'\(given.text)' gives \(predictor.outputShape) for samples of \(samples.sampleShape), so it"
          + " does not reconstruct them",
        at: given.range
      )
    }
    let extents = samples.sampleShape.extents
    let title = "\(given.text) on \(on.text): samples and reconstructions"
    guard extents.count == 3, extents[2] == 1 || extents[2] == 3 else {
      let series = (0..<min(count, 2)).flatMap { sample in
        [("sample", inputs), ("reconstruction", outputs)].map { name, tensor in
          Series(
            "\(name) \(sample)",
            values: (0..<width).map { Double(tensor[sample * width + $0]) },
            from: 0
          )
        }
      }
      return Chart(title: title, .plot(Plot(x: Axis("index"), y: Axis("value"), series: series)))
    }
    let pictures = [("", inputs), ("'", outputs)].flatMap { mark, tensor in
      (0..<count).map { sample in
        picture(
          "\(sample)\(mark)",
          (0..<width).map { Double(tensor[sample * width + $0]) },
          width: extents[1],
          channels: extents[2],
          stretches: false
        )
      }
    }
    return Chart(title: title, .images(ImageGrid(images: pictures)))
  }

  /// What a generator makes of standard normal noise from the command's own stream.
  func generated(by network: Network, _ given: GivenValue) throws(Diagnostic) -> Chart {
    let shape = network.architecture.outputShape
    let isImage = shape.rank == 3 && (shape.extents[2] == 1 || shape.extents[2] == 3)
    let count = try call.count("count", default: isImage ? 9 : 300)
    let inputShape = network.architecture.inputShape
    guard let inputExtents = Shape(checking: [count] + inputShape.extents) else {
      throw Diagnostic("out-of-range", "count is too large", at: call.range)
    }
    var random = SeededGenerator(seed: call.session.nextSeed())
    let noise = (0..<inputExtents.count).map { _ in Float(random.nextNormal()) }
    let outputs = try Predictor(given, "plot samples")
      .outputs(for: Tensor(inputExtents, noise), session: call.session, at: given.range)
    let width = shape.count
    let title = "samples made by \(given.text)"
    if isImage {
      let pictures = (0..<count).map { sample in
        picture(
          "",
          (0..<width).map { Double(outputs[sample * width + $0]) },
          width: shape.extents[1],
          channels: shape.extents[2],
          stretches: false
        )
      }
      return Chart(title: title, .images(ImageGrid(images: pictures)))
    }
    let points = (0..<count).map { sample in
      Point(
        x: Double(outputs[sample * width]),
        y: width > 1 ? Double(outputs[sample * width + 1]) : 0
      )
    }
    return Chart(
      title: title,
      .plot(Plot(x: Axis("value 0"), y: Axis("value 1"), series: [Series("", .dots, points)]))
    )
  }
}
