import Diagnostics
import Language
import Testing

@Suite("Tokens for colouring")
struct TokenTests {
  @Test(arguments: [
    Case("train x # c", "word:train word:x comment:# c"),
    Case("x = 80% + 1.5e3ms", "word:x assign:= number:80% plus:+ number:1.5e3ms"),
    Case("28x28x1 2of4 3x", "shape:28x28x1 word:2of4 number:3x"),
    Case(
      "\"a\\(x:.2)b\"",
      "stringOpen:\" stringText:a interpolationOpen:\\( word:x format::.2 interpolationClose:) stringText:b stringClose:\""
    ),
    Case("\"\"\"a\nb\"\"\"", "stringOpen:\"\"\" stringText:a\nb stringClose:\"\"\""),
    Case("\"abc\nx", "stringOpen:\" stringText:abc invalid: newline:\n word:x"),
    Case(
      "if not a in [1] { }",
      "if:if not:not word:a in:in leftBracket:[ number:1 rightBracket:] leftBrace:{ rightBrace:}"
    ),
    Case("a..b a.b", "word:a rangeDots:.. word:b word:a dot:. word:b"),
    Case("1..3 1.5..2", "number:1 rangeDots:.. number:3 number:1.5 rangeDots:.. number:2"),
    Case("7%%3 50%%%3", "number:7 remainder:%% number:3 number:50% remainder:%% number:3"),
    Case("x $ 'q'", "word:x invalid:$ invalid:'q'"), Case("acurácia 变量", "word:acurácia word:变量"),
    Case("{\n# %% c\nx", "leftBrace:{ newline:\n comment:# %% c newline:\n word:x"),
    Case("a\r\nb", "word:a newline:\n word:b"), Case("# only", "comment:# only"), Case("", ""),
  ])
  func `every token has its kind and place`(test: Case) {
    let source = SourceFile(name: "t", text: test.text)
    let tokens = Lexer.tokens(of: source).map { "\($0.kind):\(source.text(of: $0.range))" }
    #expect(tokens.joined(separator: " ") == test.expected)
  }
}
