import Diagnostics

/// Every mistake that the lexer and the parser report; the raw value is the diagnostic's id.
public enum SyntaxMistake: String, CaseIterable, Sendable {
  /// `a[0] = 3`: a sign of assignment behind something that is no name.
  case assignmentTarget = "assignment-target"
  /// `"\q"`
  case badEscape = "bad-escape"
  /// `"\(x:3)"`
  case badFormat = "bad-format"
  /// `break` or `continue` where no loop is.
  case breakOutsideLoop = "break-outside-loop"
  /// `f(prune base to 80%)`
  case commandInExpression = "command-in-expression"
  /// `a < b < c`
  case comparisonChain = "comparison-chain"
  /// A control character outside comments.
  case controlCharacter = "control-character"
  /// `64KB`, a warning: decimal, where boards count in powers of two.
  case decimalUnit = "decimal-unit"
  /// `9007199254740993`, a warning.
  case inexactInteger = "inexact-integer"
  /// `3x0`
  case invalidShape = "invalid-shape"
  /// Bytes that are no text.
  case invalidEncoding = "invalid-utf8"
  /// Latin words with Cyrillic or Greek letters in them, a warning.
  case lookAlikeLetters = "look-alike-letters"
  /// `else` that does not follow a `}` on its line.
  case misplacedElse = "misplaced-else"
  /// `shortcut` that does not follow a `}` on its line.
  case misplacedShortcut = "misplaced-shortcut"
  /// `.5`
  case missingDigit = "missing-digit"
  /// `1e999`
  case numberTooLarge = "number-too-large"
  /// `print a + b`
  case operatorInOperand = "operator-in-operand"
  /// `true = 3`
  case reservedWord = "reserved-word"
  /// `return` where no function is.
  case returnOutsideFunction = "return-outside-function"
  /// More than two gibibytes.
  case textTooLarge = "text-too-large"
  /// Brackets, blocks or operators beyond what can be walked safely.
  case tooDeep = "too-deep"
  /// A bracket without its closing one.
  case unclosedBracket = "unclosed-bracket"
  /// `"\(x` at the end of a line.
  case unclosedInterpolation = "unclosed-interpolation"
  /// A string without its second quote.
  case unclosedString = "unclosed-string"
  /// A sign that the language has not.
  case unexpectedCharacter = "unexpected-character"
  /// Something else than the grammar wants here.
  case unexpectedToken = "unexpected-token"
  /// `trian base on digits`
  case unknownCommand = "unknown-command"
  /// `64KB1`
  case unknownUnit = "unknown-unit"
  /// A closing bracket without its opening one.
  case unmatchedBracket = "unmatched-bracket"
}

extension Diagnostic {
  /// A diagnostic about a mistake in a script's text.
  init(
    _ mistake: SyntaxMistake,
    _ message: String,
    at range: SourceRange,
    remedy: String? = nil,
    severity: Severity = .error,
    notes: [Note] = [],
    fixIts: [FixIt] = []
  ) {
    self.init(
      mistake.rawValue,
      message,
      at: range,
      remedy: remedy,
      severity: severity,
      notes: notes,
      fixIts: fixIts
    )
  }
}
