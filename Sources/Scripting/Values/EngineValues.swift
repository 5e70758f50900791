/// A model placed on a board.
public struct DeploymentValue: Sendable {}

/// A chart to print, or to save as SVG.
public struct ChartValue: Sendable {}
