import Diagnostics
import Language
import Testing

@Suite struct SampleScriptTests {
  @Test(arguments: SampleScripts.all.indices)
  func `the sample scripts have no mistakes`(index: Int) {
    let program = Parser.parse(
      SourceFile(name: "sample.jatai", text: SampleScripts.all[index]),
      vocabulary: .sample
    )
    #expect(
      program.diagnostics.map {
        "\($0.message) | \(program.source.text(of: $0.range)) | \($0.remedy ?? "")"
      } == []
    )
    #expect(program.statements.count > 5)
  }
}
