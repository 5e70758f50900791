import Networks

extension QuantizationOptions {
  /// What the weights of each layer become.
  ///
  /// int4 keeps depthwise layers at int8, which have few weights and no 4-bit kernel everywhere;
  /// ternary and binary keep the first and the last layer too, as their authors do. `layers` comes
  /// before these, a layer's own name before `first` and `last`, and those before `rest`.
  func weightKinds(of network: Network) throws(QuantizationError) -> [String: WeightKind] {
    var names: [String] = []
    for layer in network.weightLayers where names.last != layer.name { names.append(layer.name) }
    for name in layers.keys.sorted() where !["first", "last", "rest"].contains(name) {
      guard names.contains(name) else { throw .unknownLayer(name, names: names) }
    }
    var kinds: [String: WeightKind] = [:]
    for (index, name) in names.enumerated() {
      let isFirst = index == 0
      let isLast = index == names.count - 1
      var asked = layers[name] ?? (isFirst ? layers["first"] : nil)
      asked = asked ?? (isLast ? layers["last"] : nil)
      let isDepthwise =
        network.architecture.index(of: name)
        .map { network.architecture.nodes[$0].layer.isDepthwise } ?? false
      if let asked, asked != .int8, isDepthwise {
        throw .unsupportedLayer(layer: name, reason: "depthwise layers stay int8")
      }
      if isDepthwise {
        kinds[name] = .int8
      } else {
        kinds[name] = asked ?? layers["rest"] ?? standardKind(isOuter: isFirst || isLast)
      }
    }
    return kinds
  }

  private func standardKind(isOuter: Bool) -> WeightKind {
    switch kind {
    case .int8, .int16x8, .float16, .dynamic: .int8
    case .int4: .int4
    case .ternary: isOuter ? .int8 : .ternary
    case .binary: isOuter ? .int8 : .binary
    }
  }
}

extension Layer {
  /// Whether each filter sees one input channel.
  var isDepthwise: Bool { if case .depthwiseConvolution = self { true } else { false } }
}
