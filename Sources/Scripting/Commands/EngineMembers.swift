import Datasets
import Deployment
import Diagnostics
import Language
import Networks
import Tensors

/// The members of data sets, networks, models, layers, boards and deployments.
public enum EngineMembers {
  /// The member called `name`, or nil if this kind of value has none of that name.
  public static func member(
    _ name: Name,
    of value: Value,
    session: Session
  ) throws(Diagnostic) -> Value? {
    switch value {
    case .dataset(let dataset): return try member(name, of: dataset)
    case .network(let network): return try member(name, of: network)
    case .model(let model): return try member(name, of: model)
    case .layer(let layer): return try member(name, of: layer)
    case .board(let board): return member(name.text, of: board)
    case .deployment(let deployment): return member(name.text, of: deployment.deployed, deployment)
    case .report(let report): return report.fields[name.text]
    case .table(let table): return member(name.text, of: table)
    default: return nil
    }
  }

  /// The names of all members, for completion and for finding the nearest.
  public static func names(of value: Value) -> [String] {
    switch value {
    case .dataset:
      [
        "train", "validation", "test", "count", "classes", "shape", "name", "columns", "rate",
        "vocabulary", "inputs",
      ]
    case .network(let network):
      network.architecture.nodes.map(\.name) + NetworkParts.names(of: network) + [
        "training", "lineage", "input", "output",
      ]
    case .model(let model): operationNames(model) + ["kind", "lineage", "input", "output"]
    case .layer: ["weights", "bias", "shape", "parameters", "macs", "name", "kind"]
    case .board: ["name", "title", "core", "clock", "ram", "flash", "power", "facts"]
    case .deployment:
      ["fits", "arena", "ram", "flash", "latency", "energy", "plan", "reasons", "board", "model"]
    case .report(let report): report.fields.names
    case .table: ["columns", "rows", "count"]
    default: []
    }
  }

  // MARK: Data sets

  private static func member(_ name: Name, of dataset: Dataset) throws(Diagnostic) -> Value? {
    if let part = Part(rawValue: name.text) {
      do throws(DatasetError) {
        return .dataset(try dataset.part(part))
      } catch {
        throw Diagnostic("empty-part", error.description, at: name.range, remedy: error.remedy)
      }
    }
    switch name.text {
    case "count": return .number(Double(dataset.count))
    case "classes": return .list(dataset.classes.map { .string($0) })
    case "shape": return .shape(dataset.shape.extents)
    case "name": return .string(dataset.name)
    case "columns": return .list(dataset.columns.map { .string($0) })
    case "rate": return dataset.facts.sampleRate.map { .number($0) } ?? Value.none
    case "vocabulary": return .list(dataset.facts.vocabulary.map { .string($0) })
    case "inputs":
      do throws(DatasetError) {
        return .tensor(PreciseTensor(try dataset.samples(as: dataset.answers.preferredKind).inputs))
      } catch {
        throw Diagnostic("data", error.description, at: name.range, remedy: error.remedy)
      }
    default: return nil
    }
  }

  // MARK: Networks and models

  private static func member(_ name: Name, of network: Network) throws(Diagnostic) -> Value? {
    if let index = network.architecture.index(of: name.text) {
      return .layer(LayerReference(owner: .network(network), index: index, name: name.text))
    }
    if let part = NetworkParts.part(name.text, of: network) { return .network(part) }
    switch name.text {
    case "training":
      guard let report = network.training else {
        throw Diagnostic(
          "not-trained",
          "this network has not been trained, so it has no report",
          at: name.range,
          remedy: "train it first"
        )
      }
      return .report(TrainingReportText.report(report))
    case "lineage": return .list(network.lineage.map { .string($0.command) })
    case "input": return .shape(network.architecture.inputShape.extents)
    case "output": return .shape(network.architecture.outputShape.extents)
    default: return nil
    }
  }

  private static func member(_ name: Name, of model: Model) throws(Diagnostic) -> Value? {
    if let index = operationNames(model).firstIndex(of: name.text) {
      return .layer(LayerReference(owner: .model(model), index: index, name: name.text))
    }
    switch name.text {
    case "kind": return .string(model.kind)
    case "lineage": return .list(model.lineage.map { .string($0.command) })
    case "input": return .shape(model.inputShape.extents)
    case "output": return .shape(model.outputShape.extents)
    default: return nil
    }
  }

  /// What a model's layers are called: the names of their outputs, as far as they can be typed.
  static func operationNames(_ model: Model) -> [String] {
    model.graph.operations.map { operation in
      let name = operation.outputs.first.map { model.graph.tensors[$0].name } ?? ""
      return String(name.split(separator: "/").first ?? "")
    }
  }

  /// The error for a layer that is not there.
  static func unknownLayer(_ name: String, _ network: Network, at range: SourceRange) -> Diagnostic
  {
    let names = network.architecture.nodes.map(\.name)
    return Diagnostic(
      "unknown-member",
      "there is no layer '\(name)'",
      at: range,
      remedy: nearestName(to: name, among: names).map { "did you mean '\($0)'?" }
        ?? "its layers are \(names.joined(separator: ", "))"
    )
  }

  private static func member(_ name: Name, of layer: LayerReference) throws(Diagnostic) -> Value? {
    switch name.text {
    case "weights", "bias":
      let given = GivenValue(value: .layer(layer), range: name.range, text: layer.name)
      return try LayerFacts.tensor(name.text == "bias" ? .bias : .weights, of: given)
    case "parameters": return .number(Double(LayerFacts.parameters(layer)))
    case "macs": return .number(Double(LayerFacts.macs(layer)))
    case "name": return .string(layer.name)
    case "shape":
      switch layer.owner {
      case .network(let network):
        return .shape(network.architecture.nodes[layer.index].outputShape.extents)
      case .model(let model):
        let output = model.graph.operations[layer.index].outputs.first
        return .shape(output.map { Array(model.graph.tensors[$0].shape.dropFirst()) } ?? [])
      default: return nil
      }
    case "kind":
      switch layer.owner {
      case .network(let network):
        return .string(network.architecture.nodes[layer.index].layer.kindName)
      case .model(let model): return .string(model.graph.operations[layer.index].kind.name)
      default: return nil
      }
    default: return nil
    }
  }

  // MARK: Boards

  private static func member(_ name: String, of board: Board) -> Value? {
    switch name {
    case "name": .string(board.id)
    case "title": .string(board.title)
    case "core": .string(board.core.rawValue)
    case "clock": .hertz(board.clockHz)
    case "ram": .memory(board.ramBytes)
    case "flash": .memory(board.flashBytes)
    case "power": board.power.map { .milliwatts($0.milliwatts) } ?? Value.none
    case "facts": .string(board.facts.description)
    default: nil
    }
  }

  private static func member(
    _ name: String,
    of deployed: DeployedModel,
    _ value: DeploymentValue
  ) -> Value? {
    switch name {
    case "fits": .bool(deployed.fits)
    case "arena": .memory(deployed.ram.arenaBytes)
    case "ram": .memory(deployed.ram.totalBytes)
    case "flash": .memory(deployed.flash.totalBytes)
    case "latency": deployed.estimatedMilliseconds.map { .milliseconds($0) } ?? Value.none
    case "energy": deployed.estimatedMicrojoules.map { .microjoules($0) } ?? Value.none
    case "plan": .table(DeploymentText.planTable(deployed.plan))
    case "reasons": .list(deployed.reasons.map { .string($0) })
    case "board": .board(deployed.board)
    case "model": .model(value.model)
    default: nil
    }
  }

  private static func member(_ name: String, of table: Table) -> Value? {
    switch name {
    case "columns": .list(table.columns.map { .string($0) })
    case "count": .number(Double(table.rows.count))
    case "rows":
      .list(table.rows.map { row in .record(Record(Array(zip(table.columns, row)))) })
    default:
      table.columns.firstIndex(of: name).map { column in .list(table.rows.map { $0[column] }) }
    }
  }
}
