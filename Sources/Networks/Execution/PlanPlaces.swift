import Tensors

extension PlanBuilder {
  /// The plan of all operations added.
  func plan() -> Plan {
    let output = buffers[outputNode] ?? 0
    let places = isTraining ? trainingPlaces(output: output) : inferencePlaces(output: output)
    var prepared = 0
    var operations: [PlannedOperation] = []
    let workspaceStart = isTraining ? places.scratchCount : places.count
    var workspaceCount = 0
    for (index, draft) in drafts.enumerated() {
      let needs = draft.work.needs(samples: chunkSamples)
      let addition = places.accumulates[index] && !needs.addsToInputs
      var workspaceFloats = ParameterLayout.aligned(needs.workspace)
      if addition { workspaceFloats += floats(draft.input) }
      workspaceCount = max(workspaceCount, workspaceFloats)
      operations.append(
        PlannedOperation(
          work: draft.work,
          node: draft.node,
          readsScratch: places.producers[draft.input] != nil,
          writesScratch: places.producers[draft.output] != nil,
          recomputed: draft.work.readsInputsBackward ? places.producers[draft.input] : nil,
          input: !isTraining && draft.input == 0 ? nil : places.values[draft.input],
          output: places.values[draft.output],
          dOutput: places.gradients[draft.output] ?? 0,
          dInput: places.gradients[draft.input],
          inputCount: bufferCounts[draft.input],
          accumulates: places.accumulates[index] && !addition,
          addition: addition ? workspaceStart + ParameterLayout.aligned(needs.workspace) : nil,
          state: places.states[index],
          workspace: workspaceStart,
          prepared: prepared,
          parameters: layout.nodeOffsets[draft.node],
          trains: trains(draft.node),
          runsBackward: places.gradients[draft.output] != nil
        )
      )
      if isTraining || !needs.preparesForBackwardOnly {
        prepared += ParameterLayout.aligned(needs.prepared)
      }
    }
    return Plan(
      chunkSamples: chunkSamples,
      operations: operations,
      barriers: operations.indices.filter { operations[$0].work.isBarrier },
      chunkFloats: isTraining ? places.count : places.count + workspaceCount,
      workerFloats: isTraining ? workspaceStart + workspaceCount : 0,
      preparedFloats: prepared,
      sharedFloats: sharedFloats,
      input: places.values[0],
      inputCount: bufferCounts[0],
      output: !isTraining && output == 0 ? nil : places.values[output],
      outputCount: bufferCounts[output],
      dOutput: places.gradients[output] ?? 0
    )
  }

  /// Where everything of a chunk stands.
  private struct Places {
    var values: [Int]
    var gradients: [Int?]
    /// Per operation, whether an operation behind it has already written the gradient by its inputs.
    var accumulates: [Bool]
    var states: [Int]
    var count: Int
    /// Buffers whose values are not kept, each with the operation that computes them.
    var producers: [Int: Int] = [:]
    /// Floats of the largest of them.
    var scratchCount = 0
  }

  private func floats(_ buffer: Int) -> Int {
    ParameterLayout.aligned(bufferCounts[buffer] * chunkSamples)
  }

  private func trains(_ node: Int) -> Bool {
    layout.slots.contains { $0.node == node && $0.isTrained }
  }

  private func inferencePlaces(output: Int) -> Places {
    var intervals: [IntervalPlacement.Interval] = []
    for buffer in bufferCounts.indices where buffer != 0 {
      let first = drafts.firstIndex { $0.output == buffer } ?? 0
      let last = drafts.lastIndex { $0.input == buffer || $0.output == buffer } ?? first
      intervals.append(
        .init(
          first: first,
          last: buffer == output ? drafts.count : last,
          count: floats(buffer)
        )
      )
    }
    let placement = IntervalPlacement(intervals)
    return Places(
      values: [0] + placement.offsets,
      gradients: bufferCounts.map { _ in nil },
      accumulates: drafts.map { _ in false },
      states: drafts.map { _ in 0 },
      count: placement.count
    )
  }

  /// Results of batch normalisation that need not be kept: where every reader comes before the next
  /// barrier, they are quickly computed again, and one piece of memory serves all of them.
  private func recomputedBuffers(output: Int) -> [Int: Int] {
    var producers: [Int: Int] = [:]
    for (index, draft) in drafts.enumerated()
    where draft.work.isBarrier && draft.output != output {
      guard let last = drafts.lastIndex(where: { $0.input == draft.output }),
        !drafts[index + 1...last].contains(where: { $0.work.isBarrier })
      else { continue }
      producers[draft.output] = index
    }
    return producers
  }

  private func trainingPlaces(output: Int) -> Places {
    let producers = recomputedBuffers(output: output)
    var count = 0
    var values: [Int] = []
    for buffer in bufferCounts.indices {
      values.append(count)
      if producers[buffer] == nil { count += floats(buffer) }
    }
    var states: [Int] = []
    for draft in drafts {
      states.append(count)
      count += ParameterLayout.aligned(
        draft.work.needs(samples: chunkSamples).state * chunkSamples
      )
    }
    var learns = bufferCounts.map { _ in false }
    for draft in drafts where learns[draft.input] || trains(draft.node) {
      learns[draft.output] = true
    }
    var written = bufferCounts.map { _ in false }
    var accumulates = drafts.map { _ in false }
    for (index, draft) in drafts.enumerated().reversed() where learns[draft.input] {
      accumulates[index] = written[draft.input]
      written[draft.input] = true
    }
    // Batch normalisation turns the gradient by its outputs into that by its inputs in place, and the
    // last input of a sum takes the sum's gradient over.
    var owner = Array(bufferCounts.indices)
    for (index, draft) in drafts.enumerated()
    where draft.work.passesGradientOn && learns[draft.input] && !accumulates[index]
      && drafts.count(where: { $0.input == draft.input }) == 1
    {
      owner[draft.input] = owner[draft.output]
    }
    for buffer in owner.indices {
      while owner[owner[buffer]] != owner[buffer] { owner[buffer] = owner[owner[buffer]] }
    }
    // Time runs backwards: operation i's backward pass is at drafts.count - i, the loss is at 0.
    var intervals: [IntervalPlacement.Interval] = []
    var places: [Int: Int] = [:]
    for buffer in bufferCounts.indices where learns[buffer] {
      let producer = drafts.firstIndex { $0.output == buffer } ?? 0
      let consumer = drafts.lastIndex { $0.input == buffer }
      let first = buffer == output ? 0 : drafts.count - (consumer ?? producer)
      let last = drafts.count - producer
      if let place = places[owner[buffer]] {
        let other = intervals[place]
        intervals[place] = .init(
          first: min(first, other.first),
          last: max(last, other.last),
          count: other.count
        )
      } else {
        places[owner[buffer]] = intervals.count
        intervals.append(.init(first: first, last: last, count: floats(buffer)))
      }
    }
    let placement = IntervalPlacement(intervals)
    let gradients: [Int?] = bufferCounts.indices.map { buffer in
      guard learns[buffer], let place = places[owner[buffer]] else { return nil }
      return count + placement.offsets[place]
    }
    return Places(
      values: values,
      gradients: gradients,
      accumulates: accumulates,
      states: states,
      count: count + placement.count,
      producers: producers,
      scratchCount: producers.keys.map(floats).max() ?? 0
    )
  }
}
