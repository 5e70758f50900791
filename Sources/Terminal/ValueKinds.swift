import Scripting

extension Value {
  /// The kinds of slot that the value may stand in, the one to name it by first.
  var kinds: [Kind] {
    switch self {
    case .none, .range, .word: [.any]
    case .bool: [.bool]
    case .number: [.number, .count, .ratio]
    case .quantity: [.number, .bytes, .duration, .bits]
    case .string: [.string]
    case .shape: [.shape]
    case .list: [.list]
    case .record: [.record]
    case .function, .builtin: [.function]
    case .tensor: [.tensor]
    case .dataset: [.dataset]
    case .network: [.network]
    case .model: [.model]
    case .layer: [.layer]
    case .board: [.board]
    case .deployment: [.deployment]
    case .report: [.report]
    case .table: [.table]
    case .chart: [.chart]
    }
  }
}
