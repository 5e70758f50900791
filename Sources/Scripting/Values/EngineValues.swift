import Charts
import Deployment

/// A model placed on a board.
public struct DeploymentValue: Sendable {
  /// Plan, costs and refusals.
  public var deployed: DeployedModel
  /// The model that was placed.
  public var model: Model

  /// A placed model.
  public init(_ deployed: DeployedModel, model: Model) {
    self.deployed = deployed
    self.model = model
  }
}

/// A chart to print, or to save as SVG.
public struct ChartValue: Sendable {
  /// What is drawn.
  public var chart: Chart

  /// A chart.
  public init(_ chart: Chart) { self.chart = chart }
}
