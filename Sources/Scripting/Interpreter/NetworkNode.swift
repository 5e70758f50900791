import Diagnostics
import Language

/// One layer line, resolved.
final class LayerNode {
  let kind: Name
  let operands: [(node: Node, text: String)]
  let options: [(name: Name, node: Node, text: String)]
  let block: [LayerItemNode]?
  let shortcut: [LayerItemNode]?
  let label: Name?
  let range: SourceRange

  init(
    kind: Name,
    operands: [(node: Node, text: String)],
    options: [(name: Name, node: Node, text: String)],
    block: [LayerItemNode]?,
    shortcut: [LayerItemNode]?,
    label: Name?,
    range: SourceRange
  ) {
    self.kind = kind
    self.operands = operands
    self.options = options
    self.block = block
    self.shortcut = shortcut
    self.label = label
    self.range = range
  }

  func evaluated(_ frame: Frame) throws(Diagnostic) -> EvaluatedLayer {
    var operands: [GivenValue] = []
    for (node, text) in self.operands {
      operands.append(GivenValue(value: try node.evaluate(frame), range: node.range, text: text))
    }
    var options: [(name: Name, given: GivenValue)] = []
    for (name, node, text) in self.options {
      let value = try node.evaluate(frame)
      options.append((name, GivenValue(value: value, range: node.range, text: text)))
    }
    return EvaluatedLayer(
      kind: kind,
      operands: operands,
      options: options,
      block: try block.map { (items) throws(Diagnostic) in try items.evaluated(frame) },
      shortcut: try shortcut.map { (items) throws(Diagnostic) in try items.evaluated(frame) },
      label: label,
      range: range
    )
  }
}

/// A layer line, a loop over such lines, or a choice of them.
enum LayerItemNode {
  case layer(LayerNode)
  case forLoop(Place, Node, [LayerItemNode], SourceRange)
  case conditional([(condition: Node, items: [LayerItemNode])], otherwise: [LayerItemNode])
}

extension [LayerItemNode] {
  /// The layer lines after running loops and choices.
  func evaluated(_ frame: Frame) throws(Diagnostic) -> [EvaluatedLayer] {
    var layers: [EvaluatedLayer] = []
    try collect(frame, into: &layers)
    return layers
  }

  private func collect(
    _ frame: Frame,
    into layers: inout [EvaluatedLayer]
  ) throws(Diagnostic) {
    items: for item in self {
      switch item {
      case .layer(let layer):
        try frame.machine.step(layer.range)
        guard layers.count < Limits.layers else {
          throw Diagnostic(
            "too-many-layers",
            "a network has at most \(NumberFormat.grouped(Limits.layers)) layers",
            at: layer.range
          )
        }
        layers.append(try layer.evaluated(frame))
      case .forLoop(let place, let values, let items, let range):
        let sequence = try Sequences.sequence(of: try values.evaluate(frame), at: values.range)
        for index in 0..<sequence.count {
          try frame.machine.step(range)
          try place.set(sequence[index], frame, at: range)
          try items.collect(frame, into: &layers)
        }
      case .conditional(let branches, let otherwise):
        for (condition, items) in branches where try condition.test(frame) {
          try items.collect(frame, into: &layers)
          continue items
        }
        try otherwise.collect(frame, into: &layers)
      }
    }
  }
}

/// The layers of `network NAME { … }`: makes a network with fresh weights.
final class NetworkNode: Node {
  let name: Name
  let items: [LayerItemNode]

  init(name: Name, items: [LayerItemNode], _ range: SourceRange) {
    self.name = name
    self.items = items
    super.init(range)
  }

  override func evaluate(_ frame: Frame) throws(Diagnostic) -> Value {
    try build(frame, drawsLate: false)
  }

  /// The network, whose weights are drawn now or when they are first asked for.
  func build(_ frame: Frame, drawsLate: Bool) throws(Diagnostic) -> Value {
    let session = frame.machine.session
    let layers = try items.evaluated(frame)
    if session.isRehearsing {
      _ = try NetworkBuilder.plan(name: name, layers: layers, session: session)
      session.hasUnknownValue = true
      return .none
    }
    return try NetworkBuilder.build(
      name: name,
      layers: layers,
      session: session,
      seed: session.nextSeed(),
      drawsLate: drawsLate
    )
  }
}

/// What runs `board NAME { FIELD value … }`.
final class BoardNode: Node {
  let name: Name
  let fields: [(name: Name, node: Node, text: String)]

  init(name: Name, fields: [(name: Name, node: Node, text: String)], _ range: SourceRange) {
    self.name = name
    self.fields = fields
    super.init(range)
  }

  override func evaluate(_ frame: Frame) throws(Diagnostic) -> Value {
    frame.machine.session.hasUnknownValue = true
    var given: [(Name, GivenValue)] = []
    for (name, node, text) in fields {
      let value = try node.evaluate(frame)
      given.append((name, GivenValue(value: value, range: node.range, text: text)))
    }
    return try BoardBuilder.build(name: name, fields: given)
  }
}
