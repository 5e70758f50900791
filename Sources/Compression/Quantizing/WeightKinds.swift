import Networks

extension QuantizationOptions {
  /// What the weights of each layer become.
  ///
  /// int4 keeps layers at int8 whose kernels take nothing else everywhere (`staysInBytes`);
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
      let staysInBytes =
        network.architecture.index(of: name)
        .map { network.architecture.nodes[$0].layer.staysInBytes } ?? false
      if let asked, asked != .int8, staysInBytes {
        throw .unsupportedLayer(
          layer: name,
          reason: "depthwise, deconv, lstm and embedding layers stay int8"
        )
      }
      if staysInBytes {
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
  /// Whether microcontrollers' kernels for it take weights of 8 bits only.
  var staysInBytes: Bool {
    switch self {
    case .depthwiseConvolution, .transposedConvolution, .embedding: true
    case .recurrent(let recurrent): recurrent.kind == .longShortTerm
    default: false
    }
  }
}
