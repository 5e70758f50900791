import Scripting
import Testing

/// What the prompt answers to the lines of a network while it is written.
@Suite struct LayerAnswerTests {
  private func answers(_ text: String) -> [String] {
    Session(host: TestHost()).layerAnswers(in: text)
      .map { "\($0.line) \($0.isError ? "error " : "")\($0.text)" }
  }

  @Test func `lines of an open block are answered as a sequence`() {
    let text = """
      network net {
        input 8x8x4
        residual {
          conv 6 3x3 pad=same
      """
    #expect(answers(text) == ["1 8x8x4", "3 8x8x6  222 parameters  13,824 MACs"])
  }

  @Test func `a closed block is answered where it ends`() {
    let text = """
      network net {
        input 8x8x4
        residual {
          conv 6 3x3 pad=same
        } shortcut {
          conv 6 1x1
        }
        branches {
          branch { relu }
          branch {
            conv 1 1x1
      """
    #expect(
      answers(text) == [
        "1 8x8x4", "3 8x8x6  222 parameters  13,824 MACs", "5 8x8x6  30 parameters  1,536 MACs",
        "6 8x8x6  252 parameters  15,360 MACs", "8 8x8x6", "10 8x8x1  7 parameters  384 MACs",
      ]
    )
  }

  @Test func `a block that does not fit is an error where it stands`() {
    let text = "network net {\n  input 8x8x4\n  residual { conv 6 3x3 pad=same }\n  relu\n"
    let answers = answers(text)
    #expect(answers.count == 2)
    #expect(answers.last?.hasPrefix("2 error 'residual' adds equal shapes") == true)
  }
}
