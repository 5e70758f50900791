import Language

/// The variables of a function that is being resolved, and where each is kept.
final class FunctionScope {
  let parent: FunctionScope?
  private(set) var places: [String: LocalPlace] = [:]
  /// Names that only commands remake: before that, they mean what they mean around the function.
  private(set) var fallbacks: Set<String> = []
  private(set) var slotCount = 0
  private(set) var ownCellCount = 0
  /// Positions in the parent's cells.
  private(set) var closedOver: [Int] = []

  init(parent: FunctionScope?, parameters: [Parameter], names: FreeNames) {
    self.parent = parent
    let parameterNames = parameters.map(\.name.text)
    let own = parameterNames + names.bound.filter { !parameterNames.contains($0) }
    let bound = Set(own)
    // What it closes over comes first, so that its own cells follow in one piece.
    let free = names.used.union(names.usedInside).union(names.remade).subtracting(bound)
    for name in free.sorted() {
      guard let parent, case .cell(let index)? = parent.places[name] else { continue }
      places[name] = .cell(closedOver.count)
      closedOver.append(index)
    }
    for name in own { add(name, isShared: names.usedInside.contains(name)) }
    for name in names.remade where !bound.contains(name) && places[name] == nil {
      add(name, isShared: names.usedInside.contains(name))
      fallbacks.insert(name)
    }
  }

  private func add(_ name: String, isShared: Bool) {
    guard places[name] == nil || !fallbacks.contains(name) else { return }
    if isShared {
      places[name] = .cell(closedOver.count + ownCellCount)
      ownCellCount += 1
    } else {
      places[name] = .slot(slotCount)
      slotCount += 1
    }
  }
}
