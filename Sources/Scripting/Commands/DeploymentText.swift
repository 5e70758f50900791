import Deployment

/// How deployments, plans and costs show themselves.
enum DeploymentText {
  /// One deployment in a few lines.
  static func lines(_ deployed: DeployedModel) -> [OutputLine] {
    let board = deployed.board
    var lines = [
      OutputLine(
        .text,
        [.text(board.id + (deployed.fits ? ": fits  RAM " : ": does not fit  RAM "))]
          + share(deployed.ram.totalBytes, of: board.ramBytes)
          + [.text("  flash ")] + share(deployed.flash.totalBytes, of: board.flashBytes)
      ),
      OutputLine(
        .text,
        [.text("  arena ")] + memory(deployed.ram.arenaBytes) + [.text(", stack ")]
          + memory(deployed.ram.stackBytes) + [.text(", runtime ")]
          + memory(deployed.ram.runtimeBytes) + [.text("; weights ")]
          + memory(deployed.flash.weightBytes) + [.text(", code about ")]
          + memory(deployed.flash.estimatedCodeBytes) + [.text(", runtime ")]
          + memory(deployed.flash.runtimeBytes)
      ),
    ]
    if let cost = deployed.cost {
      var line: [Segment] =
        [.text("  estimated "), NumberFormat.segment(cost.estimatedMilliseconds, places: 2)]
        + [.text(" ms")]
      if let energy = cost.estimatedMicrojoules {
        line += [.text(", "), NumberFormat.segment(energy, places: 1), .text(" uJ")]
      }
      line.append(.text(" an inference, \(NumberFormat.grouped(cost.macCount)) MACs"))
      lines.append(OutputLine(.text, line))
    } else {
      lines.append(
        OutputLine("  no estimate of time: nothing is known about \(board.core.rawValue)")
      )
    }
    lines += deployed.reasons.map { OutputLine("  \($0)") }
    return lines
  }

  /// Several deployments, a row each.
  static func table(_ deployments: [DeployedModel]) -> [OutputLine] {
    let table = Table(
      columns: ["board", "fits", "arena", "RAM", "of", "flash", "of", "latency", "energy"],
      rows: deployments.map { deployed in
        [
          .string(deployed.board.id), .string(deployed.fits ? "yes" : "no"),
          .memory(deployed.ram.arenaBytes), .memory(deployed.ram.totalBytes),
          .memory(deployed.board.ramBytes), .memory(deployed.flash.totalBytes),
          .memory(deployed.board.flashBytes),
          deployed.estimatedMilliseconds.map { .milliseconds($0) } ?? .none,
          deployed.estimatedMicrojoules.map { .microjoules($0) } ?? .none,
        ]
      },
      notes: deployments.flatMap(\.reasons) + ["latency and energy are estimates"]
    )
    return TableText.lines(of: table, width: 1000)
  }

  /// The buffers of a plan in the order of their offsets.
  static func planTable(_ plan: MemoryPlan) -> Table {
    Table(
      columns: ["offset", "bytes", "from", "to", "buffer"],
      rows: plan.placements
        .sorted {
          ($0.offset, $0.buffer.lifetime.first, $0.buffer.name)
            < ($1.offset, $1.buffer.lifetime.first, $1.buffer.name)
        }
        .map { placement in
          [
            .number(Double(placement.offset)), .number(Double(placement.buffer.bytes)),
            .number(Double(placement.buffer.lifetime.first)),
            .number(Double(placement.buffer.lifetime.last)), .string(placement.buffer.name),
          ]
        },
      title: "arena of \(ByteCount.text(plan.arenaBytes)) for \(plan.operationCount) operations",
      notes: [
        "at most \(ByteCount.text(plan.largestLiveBytes)) are alive at once; "
          + "'from' and 'to' are the operations between which a buffer lives"
      ]
    )
  }

  /// The costs of each operation.
  static func costTable(_ cost: CostReport, board: Board) -> Table {
    Table(
      columns: ["operation", "kind", "MACs", "cycles", "share"],
      rows: cost.rows.map { row in
        [
          .string(row.name), .string(row.kind), .number(Double(row.macCount)),
          .number(row.estimatedCycles.rounded()), .number(row.share),
        ]
      },
      title: "estimated cost on \(board.id)",
      notes: ["\(cost.provenance)", "clock and memory: \(board.facts)"]
    )
  }

  private static func share(_ bytes: Int, of all: Int) -> [Segment] {
    memory(bytes) + [.text(" of ")] + memory(all)
  }

  private static func memory(_ bytes: Int) -> [Segment] { [.text(ByteCount.text(bytes))] }
}
