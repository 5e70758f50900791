import Deployment
import Testing

@Suite("Boards")
struct BoardTests {
  @Test func `carry the published facts`() throws {
    #expect(Board.all.map(\.id) == boardFacts.map(\.id))
    for facts in boardFacts {
      let board = try Board.named(facts.id)
      #expect(board.clockHz == facts.clockHz)
      #expect(board.ramBytes == facts.ramBytes)
      #expect(board.flashBytes == facts.flashBytes)
      #expect(Double(board.millivolts) == facts.volts * 1000)
      if let measured = facts.measuredMilliwatts {
        #expect(board.activeMilliwatts == measured)
        guard case .measured = board.power?.provenance else {
          Issue.record("\(facts.id) hides that its power was measured")
          continue
        }
      } else if case .measured = board.power?.provenance {
        Issue.record("\(facts.id) claims a measured power")
      }
    }
  }

  @Test(arguments: ["uno", "pico", "nano33", "stm32l4", "stm32f7", "esp32"])
  func `of the course are there`(id: String) throws {
    let board = try Board.named(id)
    #expect(board.id == id)
    #expect(board.activeMilliwatts != nil)
  }

  @Test func `unknown ones are refused with the names there are`() {
    #expect(throws: DeploymentError.unknownBoard("uni", nearest: Board.all.map(\.id))) {
      try Board.named("uni")
    }
  }

  @Test func `can be made by a script, within reason`() throws {
    let board = try Board(
      id: "mine",
      title: "mine",
      core: .cortexM4F,
      clockHz: 80_000_000,
      ramBytes: 65_536,
      flashBytes: 524_288,
      millivolts: 3300
    )
    #expect(board.slowdown == .uncalibrated)
    #expect(board.activeMilliwatts == nil)
    for (clock, ram, flash) in [(0, 1, 1), (1, 0, 1), (1, 1, -1), (1, Int.max, 1)] {
      #expect(throws: DeploymentError.self) {
        try Board(
          id: "b",
          title: "b",
          core: .avr,
          clockHz: clock,
          ramBytes: ram,
          flashBytes: flash,
          millivolts: 1
        )
      }
    }
  }
}
