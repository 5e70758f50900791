import Diagnostics
import Language
import Networks
import Tensors

/// Why a file holds no network of this program.
enum NetworkFileError: Error, CustomStringConvertible {
  case format(SafetensorsError)
  case noArchitecture
  case badLine(String, reason: String)
  case missingTensor(String)
  case wrongShape(String, expected: Shape, found: Shape)

  var description: String {
    switch self {
    case .format(let error): error.description
    case .noArchitecture: "its metadata names no architecture, so it holds only loose tensors"
    case .badLine(let line, let reason): "its architecture has the line '\(line)': \(reason)"
    case .missingTensor(let name): "tensor '\(name)' is missing"
    case .wrongShape(let name, let expected, let found):
      "tensor '\(name)' must have shape \(expected), but has \(found)"
    }
  }
}

/// A network as a `.safetensors` file: weights as tensors `layer.role`; architecture, lineage and
/// the optimiser's counters as text in the metadata; its moments as tensors too.
struct NetworkFile {
  let network: Network

  init(_ network: Network) { self.network = network }

  // MARK: Writing

  var bytes: [UInt8] {
    var tensors: [(name: String, tensor: Tensor)] = []
    for (node, parameters) in zip(network.architecture.nodes, network.parameters) {
      for parameter in parameters {
        tensors.append(("\(node.name).\(parameter.role.rawValue)", parameter.tensor))
      }
    }
    var metadata = [
      "jatai.format": "1",
      "jatai.architecture": ArchitectureText.text(of: network.architecture),
      "jatai.lineage": network.lineage.map(Self.line(of:)).joined(separator: "\n"),
    ]
    if let loss = network.loss { metadata["jatai.loss"] = loss.rawValue }
    if network.reconstructsInput { metadata["jatai.target"] = "input" }
    if let state = network.optimizerState {
      metadata["jatai.optimizer"] = OptimizerText.text(of: state)
      tensors += Self.moments(state.firstMoments, "first", network)
      tensors += Self.moments(state.secondMoments, "second", network)
    }
    return SafetensorsFile(tensors: tensors, metadata: metadata).bytes
  }

  private static func moments(
    _ moments: [[Tensor]],
    _ word: String,
    _ network: Network
  ) -> [(name: String, tensor: Tensor)] {
    var tensors: [(name: String, tensor: Tensor)] = []
    for (node, list) in zip(network.architecture.nodes, moments) {
      for (index, tensor) in list.enumerated() {
        tensors.append(("\(node.name).\(word).\(index)", tensor))
      }
    }
    return tensors
  }

  // MARK: Reading

  init(_ bytes: [UInt8]) throws(NetworkFileError) {
    let file: SafetensorsFile
    do throws(SafetensorsError) { file = try SafetensorsFile(bytes) } catch { throw .format(error) }
    guard let text = file.metadata["jatai.architecture"] else { throw .noArchitecture }
    let architecture = try ArchitectureText.architecture(text)
    var byName: [String: Tensor] = [:]
    for (name, tensor) in file.tensors { byName[name] = tensor }
    var parameters: [[Networks.Parameter]] = []
    for (index, node) in architecture.nodes.enumerated() {
      var list: [Networks.Parameter] = []
      for (role, shape) in architecture.parameterShapes(of: index) {
        let name = "\(node.name).\(role.rawValue)"
        guard let tensor = byName[name] else { throw .missingTensor(name) }
        guard tensor.shape == shape else {
          throw .wrongShape(name, expected: shape, found: tensor.shape)
        }
        list.append(Networks.Parameter(role: role, tensor: tensor))
      }
      parameters.append(list)
    }
    var network = Network(
      architecture: architecture,
      parameters: parameters,
      lineage: (file.metadata["jatai.lineage"] ?? "").split(separator: "\n")
        .map { Self.entry(of: String($0)) }
    )
    network.reconstructsInput = file.metadata["jatai.target"] == "input"
    network.loss = file.metadata["jatai.loss"].flatMap { LossFunction(rawValue: $0) }
    if let text = file.metadata["jatai.optimizer"] {
      network.optimizerState = OptimizerText.state(
        text,
        first: Self.readMoments("first", architecture, parameters, byName),
        second: Self.readMoments("second", architecture, parameters, byName)
      )
    }
    self.network = network
  }

  /// The moments of one kind, in the shape of the parameters; empty unless all are there.
  private static func readMoments(
    _ word: String,
    _ architecture: Architecture,
    _ parameters: [[Networks.Parameter]],
    _ byName: [String: Tensor]
  ) -> [[Tensor]] {
    var moments: [[Tensor]] = []
    for (node, list) in zip(architecture.nodes, parameters) {
      var tensors: [Tensor] = []
      for (index, parameter) in list.enumerated() {
        guard let tensor = byName["\(node.name).\(word).\(index)"],
          tensor.shape == parameter.tensor.shape
        else { return [] }
        tensors.append(tensor)
      }
      moments.append(tensors)
    }
    return moments
  }

  /// `command<TAB>text<TAB>name=value …`; what would break a line is written as a space.
  private static func line(of entry: LineageEntry) -> String {
    let text = String(
      entry.text.map { $0.isNewline || $0 == "\t" ? " " : $0 }
    )
    let figures = entry.figures.map { "\($0.name)=\($0.value)" }.joined(separator: " ")
    return "\(entry.command)\t\(text)\t\(figures)"
  }

  private static func entry(of line: String) -> LineageEntry {
    let parts = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
    let figures = parts.count > 2 ? parts[2].split(separator: " ") : []
    return LineageEntry(
      command: parts[0],
      text: parts.count > 1 ? parts[1] : parts[0],
      figures: figures.compactMap { figure in
        let pair = figure.split(separator: "=", maxSplits: 1)
        guard pair.count == 2, let value = Double(pair[1]) else { return nil }
        return LineageEntry.Figure(name: String(pair[0]), value: value)
      }
    )
  }
}

/// The counters of an optimiser as one line of text.
enum OptimizerText {
  static func text(of state: OptimizerState) -> String {
    "\(words(state.optimizer)) step=\(state.step) epochs=\(state.epochs) seed=\(state.streamSeed)"
      + (state.schedule.map(ScheduleText.words) ?? "")
  }

  /// The state that a line tells, or nil if it cannot be read: training then starts its optimiser
  /// anew.
  static func state(_ text: String, first: [[Tensor]], second: [[Tensor]]) -> OptimizerState? {
    let words = text.split(separator: " ")
    var numbers: [String: String] = [:]
    for word in words.dropFirst() {
      let pair = word.split(separator: "=", maxSplits: 1)
      if pair.count == 2 { numbers[String(pair[0])] = String(pair[1]) }
    }
    guard let name = words.first, let optimizer = optimizer(String(name), numbers),
      let step = numbers["step"].flatMap(Int.init), step >= 0,
      let epochs = numbers["epochs"].flatMap(Int.init), epochs >= 0,
      let seed = numbers["seed"].flatMap(UInt64.init)
    else { return nil }
    return OptimizerState(
      optimizer: optimizer,
      step: step,
      epochs: epochs,
      streamSeed: seed,
      schedule: ScheduleText.progress(numbers),
      firstMoments: first,
      secondMoments: second
    )
  }

  private static func words(_ optimizer: Optimizer) -> String {
    switch optimizer {
    case .sgd(let momentum): "sgd momentum=\(momentum)"
    case .nesterov(let momentum): "nesterov momentum=\(momentum)"
    case .adam(let beta1, let beta2, let epsilon):
      "adam beta1=\(beta1) beta2=\(beta2) epsilon=\(epsilon)"
    case .adamW(let beta1, let beta2, let epsilon):
      "adamw beta1=\(beta1) beta2=\(beta2) epsilon=\(epsilon)"
    case .rmsprop(let rho, let momentum, let epsilon):
      "rmsprop rho=\(rho) momentum=\(momentum) epsilon=\(epsilon)"
    case .adagrad(let epsilon): "adagrad epsilon=\(epsilon)"
    }
  }

  private static func optimizer(_ name: String, _ numbers: [String: String]) -> Optimizer? {
    func number(_ key: String) -> Float { numbers[key].flatMap(Float.init) ?? 0 }
    switch name {
    case "sgd": return .sgd(momentum: number("momentum"))
    case "nesterov": return .nesterov(momentum: number("momentum"))
    case "adam":
      return .adam(beta1: number("beta1"), beta2: number("beta2"), epsilon: number("epsilon"))
    case "adamw":
      return .adamW(beta1: number("beta1"), beta2: number("beta2"), epsilon: number("epsilon"))
    case "rmsprop":
      return .rmsprop(
        rho: number("rho"),
        momentum: number("momentum"),
        epsilon: number("epsilon")
      )
    case "adagrad": return .adagrad(epsilon: number("epsilon"))
    default: return nil
    }
  }
}
