import Deployment
import Networks

/// How data sets, networks, models, boards, deployments and charts show themselves.
public enum EngineDisplay {
  /// The lines, or nil for values that the language itself prints.
  public static func lines(for value: Value, width: Int) -> [OutputLine]? {
    switch value {
    case .dataset(let dataset): return ShowText.datasetLines(dataset, width: width)
    case .network(let network):
      let architecture = network.architecture
      return [
        OutputLine(
          "network of \(counted(architecture.nodes.count - 1, "layer")): "
            + "\(architecture.inputShape) to \(architecture.outputShape), "
            + "\(NumberFormat.grouped(architecture.parameterCount())) parameters, "
            + "\(NumberFormat.grouped(architecture.macCount)) MACs"
        )
      ]
    case .model(let model):
      return [
        OutputLine(
          "\(model.kind) model of \(counted(model.graph.operations.count, "operation")): "
            + "\(model.inputShape) to \(model.outputShape), "
            + "\(ByteCount.exact(model.graph.parameterBytes)) of weights, "
            + "\(NumberFormat.grouped(model.graph.macCount)) MACs"
        )
      ]
    case .layer(let layer):
      return [
        OutputLine(
          "layer \(layer.name): \(NumberFormat.grouped(LayerFacts.parameters(layer))) parameters, "
            + "\(NumberFormat.grouped(LayerFacts.macs(layer))) MACs"
        )
      ]
    case .board(let board):
      return [
        OutputLine(
          "\(board.id): \(board.title), \(board.core.rawValue), RAM "
            + "\(ByteCount.text(board.ramBytes)), flash \(ByteCount.text(board.flashBytes))"
        )
      ]
    case .deployment(let deployment): return DeploymentText.lines(deployment.deployed)
    case .chart(let chart): return ChartLines.lines(of: chart.chart, width: width)
    default: return nil
    }
  }
}
