/// Writes random scripts that have no mistakes, as untidily as the grammar allows.
package struct ScriptGenerator {
  private var state: UInt64
  private var isInBlock = false
  private var loops = 0
  private var functions = 0
  /// Whether newlines mean nothing here.
  private var isBracketed = false

  /// A generator whose scripts depend on `seed` only.
  package init(seed: UInt64) {
    state = seed &* 0xD129_0B26_85E4_56A7 ^ 0x2545_F491_4F6C_DD1D
  }

  /// SplitMix64, by Steele, Lea and Flood.
  private mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  /// A number below `count`.
  package mutating func below(_ count: Int) -> Int { Int(next() % UInt64(count)) }

  private mutating func one<Element>(of elements: [Element]) -> Element {
    elements[below(elements.count)]
  }

  private mutating func list(_ atMost: Int, _ element: (inout Self) -> String) -> [String] {
    (0..<below(atMost + 1)).map { _ in element(&self) }
  }

  // MARK: White space

  private mutating func space() -> String { one(of: ["", "", " ", "  ", "\t"]) }

  private mutating func gap() -> String { one(of: [" ", " ", "  ", "\t"]) }

  /// Where a line may go on in any case, or inside brackets.
  private mutating func breakable(_ always: Bool = false) -> String {
    guard always || isBracketed, below(6) == 0 else { return space() }
    return one(of: ["\n", "\n  ", " # c\n", "\n\n  # d\n ", "\r\n"])
  }

  private mutating func separator() -> String {
    one(of: ["\n", "\n", "\n\n\n", ";", " ; ", "  # c\n", "\n# own\n", "\r\n", "\n  #> x\n"])
  }

  private mutating func bracketed(_ body: (inout Self) -> String) -> String {
    let outer = isBracketed
    isBracketed = true
    let text = body(&self)
    isBracketed = outer
    return text
  }

  private mutating func block(_ elements: (inout Self) -> [String]) -> String {
    let outer = isBracketed
    isBracketed = false
    let parts = elements(&self)
    var text = "{" + one(of: [" ", "\n", " # b\n", "\n\n"])
    for part in parts { text += part + separator() }
    isBracketed = outer
    return text + "}"
  }

  // MARK: Statements

  /// A whole script of up to eight statements.
  package mutating func script() -> String {
    var text = one(of: ["", "", "#!/usr/bin/env jatai\n", "# ---\n# seed: 42\n# ---\n"])
    for _ in 0..<(1 + below(8)) {
      text += statement(4) + one(of: ["\n", "\n\n", ";", " # c\n", "\n# %% t\n", "\n#> out\n"])
    }
    return text
  }

  private mutating func statements(_ depth: Int) -> String {
    block { generator in generator.list(3) { $0.statement(depth) } }
  }

  private mutating func statement(_ depth: Int) -> String {
    guard depth > 0 else { return value(0) }
    switch below(16) {
    case 0, 1, 2:
      let sign = one(of: ["=", "=", "+=", "-=", "*="])
      return name() + space() + sign + breakable(true) + value(depth)
    case 3: return network(depth)
    case 4:
      return "board " + name() + space()
        + block { generator in
          generator.list(3) { $0.name() + " " + $0.operand(2) }
        }
    case 5: return function(depth, " " + name(), isStatement: true)
    case 6: return "for " + name() + " in " + expression(depth - 1) + " " + loop(depth - 1)
    case 7: return "while " + condition(depth - 1) + " " + loop(depth - 1)
    case 8:
      var text = "if " + condition(depth - 1) + " " + statements(depth - 1)
      while below(3) == 0 {
        text += " else if " + condition(depth - 1) + space() + statements(depth - 1)
      }
      return below(2) == 0 ? text : text + " else " + statements(depth - 1)
    case 9:
      guard functions > 0 else { return value(depth) }
      return below(3) == 0 ? "return" : "return " + value(depth - 1)
    case 10: return loops > 0 ? one(of: ["break", "continue"]) : value(depth)
    case 11:
      let points = below(2) == 0 ? "" : " points = " + expression(1)
      return "check " + string(1) + points + " " + statements(depth - 1)
    case 12:
      var text = "expect " + condition(depth - 1)
      if below(3) == 0 { text += " partial from " + operand(2) }
      if below(3) == 0 { text += " else " + string(1) }
      return text
    default: return value(depth)
    }
  }

  private mutating func loop(_ depth: Int) -> String {
    loops += 1
    let text = statements(depth)
    loops -= 1
    return text
  }

  private mutating func function(_ depth: Int, _ name: String, isStatement: Bool) -> String {
    let parameters = bracketed { generator in
      generator.list(2) { generator in
        generator.breakable() + generator.name()
          + (generator.below(2) == 0
            ? "" : generator.space() + "=" + generator.space() + generator.expression(1))
      }.joined(separator: ",")
    }
    let outer = (loops, functions)
    (loops, functions) = (0, functions + 1)
    defer { (loops, functions) = outer }
    let head = "func" + name + "(" + parameters + ")"
    if below(2) == 0 { return head + space() + statements(depth - 1) }
    return head + " =" + breakable(true)
      + (isStatement ? value(depth - 1) : expression(depth - 1))
  }

  // MARK: Networks

  private mutating func network(_ depth: Int) -> String {
    let parameters = below(3) > 0 ? "" : "(" + name() + ", k = " + expression(1) + ")"
    return "network " + name() + parameters + space() + layers(depth - 1)
  }

  private mutating func layers(_ depth: Int) -> String {
    block { generator in generator.list(4) { $0.layer(depth) } }
  }

  private mutating func layer(_ depth: Int) -> String {
    if depth > 0, below(6) == 0 {
      return "for " + name() + " in " + expression(1) + " " + layers(depth - 1)
    }
    if depth > 0, below(6) == 0 {
      return "if " + condition(1) + " " + layers(depth - 1)
        + (below(2) == 0 ? "" : " else " + layers(depth - 1))
    }
    var text = one(of: ["dense", "conv", "relu", "input", "residual", "use", "step", "train", "to"])
    for _ in 0..<below(4) { text += gap() + part(depth, prepositions: false) }
    if depth > 0, below(4) == 0 {
      text += space() + layers(depth - 1)
      if below(2) == 0 { text += " shortcut " + layers(depth - 1) }
    }
    return below(4) == 0 ? text + space() + ":" + space() + name() : text
  }

  // MARK: Commands

  private mutating func value(_ depth: Int) -> String {
    var text = below(8) == 0 && depth > 0 ? "quiet " : ""
    text += below(2) == 0 && depth > 0 ? command(depth) : begin(expression(depth))
    while depth > 1, below(5) == 0 {
      text += space() + "|" + breakable(true) + verbCommand(depth - 1)
    }
    return text
  }

  /// An expression as a statement or a value can begin with it: not with a record.
  private func begin(_ text: String) -> String {
    text.hasPrefix("{") ? "(" + text + ")" : text
  }

  private mutating func command(_ depth: Int) -> String {
    guard below(8) == 0 else { return verbCommand(depth) }
    let outer = loops
    loops = 0
    defer { loops = outer }
    let option = below(3) == 0 ? " " + name() + "=" + expression(1) : ""
    return "sweep " + name() + " in " + expression(1) + option + " " + statements(depth - 1)
  }

  private mutating func verbCommand(_ depth: Int) -> String {
    var text = one(of: ["train", "prune", "show", "print", "plot", "help", "dataset"])
    for _ in 0..<below(4) { text += gap() + part(depth, prepositions: true) }
    return text
  }

  private mutating func part(_ depth: Int, prepositions: Bool) -> String {
    switch below(prepositions ? 4 : 3) {
    case 0:
      return one(of: ["epochs", "in", "to", "k"]) + space() + "=" + space() + "("
        + bracketed { $0.expression(depth - 1) } + ")"
    case 1: return "rate=" + expression(depth - 1)
    case 2: return operand(depth)
    default:
      return one(of: ["to", "on", "into", "with", "from", "against", "at"]) + " "
        + expression(depth - 1)
    }
  }

  private mutating func operand(_ depth: Int) -> String {
    switch below(6) {
    case 0: return "-" + one(of: ["3", "0.5", "3ms"])
    case 1: return "(" + breakable() + bracketed { $0.expression(depth - 1) } + ")"
    default: return postfix(depth - 1, record: false)
    }
  }

  // MARK: Expressions

  /// An expression where no record may begin.
  private mutating func condition(_ depth: Int) -> String {
    "(" + bracketed { $0.expression(depth) } + ")" + one(of: ["", "", " == x", ".y"])
  }

  private mutating func expression(_ depth: Int) -> String {
    guard depth > 0 else { return postfix(0, record: true) }
    switch below(12) {
    case 0:
      return "if " + condition(depth - 1) + " then " + condition(depth - 1) + " else "
        + condition(depth - 1)
    case 1: return function(depth, "", isStatement: false)
    case 2: return "-" + space() + operator2(depth)
    case 3: return "not " + operator2(depth)
    case 4:
      return operator2(depth) + space() + ".." + space() + operator2(depth)
        + (below(2) == 0 ? "" : " step " + operand(1))
    case 5:
      return operator2(depth) + " == " + operator2(depth)
        + (below(2) == 0 ? "" : " within " + operand(1))
    case 6, 7, 8:
      let sign = one(of: [
        "+", "-", "*", "/", "%%", "**", " and ", " or ", "<", ">=", "!=", " in ", " not in ",
      ])
      return operator2(depth) + " " + sign + " " + breakable(true) + operator2(depth)
    default: return postfix(depth - 1, record: true)
    }
  }

  /// An operand of an operator, mostly in parentheses.
  private mutating func operator2(_ depth: Int) -> String {
    below(2) == 0
      ? postfix(depth - 1, record: false)
      : "(" + bracketed { $0.expression(depth - 1) } + breakable() + ")"
  }

  private mutating func postfix(_ depth: Int, record: Bool) -> String {
    var text = atom(depth, record: record)
    guard depth > 0, text.first != "-" else { return text }
    while below(4) == 0 {
      switch below(4) {
      case 0: text += "." + one(of: ["x", "in", "train", "values"])
      case 1: text += "[" + bracketed { $0.expression(depth - 1) } + "]"
      case 2: text += "@" + one(of: ["1", "2"])
      default: text += "(" + arguments(depth - 1) + ")"
      }
    }
    return text
  }

  private mutating func arguments(_ depth: Int) -> String {
    bracketed { generator in
      generator.list(3) { generator in
        let label = generator.below(3) == 0 ? generator.one(of: ["k=", "in = ", "to="]) : ""
        return generator.breakable() + label + generator.expression(depth)
      }.joined(separator: ",")
    }
  }

  private mutating func atom(_ depth: Int, record: Bool) -> String {
    switch below(depth > 0 ? 12 : 7) {
    case 0, 1: return name()
    case 2: return one(of: ["3", "1_000", "0.5", "1e-3", "1.76T", "80%", "64KiB", "10ms"])
    case 3: return one(of: ["28x28x1", "3x3", "2of4", "true", "false", "none"])
    case 4: return string(depth)
    case 5: return "(" + name() + ")"
    case 6: return one(of: ["acurácia", "x_1", "report", "points"]) + "()"
    case 7, 8:
      let elements = bracketed { generator in
        generator.list(3) { $0.breakable() + $0.expression(depth - 1) }.joined(separator: ",")
      }
      return "[" + elements + "]"
    case 9 where record:
      let fields = bracketed { generator in
        generator.list(3) { generator in
          generator.breakable() + generator.one(of: ["a", "if", "on", "\"b c\""])
            + generator.space()
            + ":" + generator.breakable() + generator.expression(depth - 1)
        }.joined(separator: ",")
      }
      return "{" + fields + "}"
    default: return "(" + bracketed { $0.value(depth - 1) } + ")"
    }
  }

  private mutating func string(_ depth: Int) -> String {
    let text = one(of: ["", "a", "é # no", "\\n\\\"", "\\u{e7}"])
    guard depth > 0, below(2) == 0 else { return "\"" + text + "\"" }
    let format = one(of: ["", ":.2"])
    let outer = isBracketed
    isBracketed = false
    defer { isBracketed = outer }
    let inner = below(2) == 0 ? name() : name() + "(\"x\", [1, -y]).z"
    let quote = one(of: ["\"", "\"\"\""])
    return quote + text + "\\(" + inner + format + ")" + quote
  }

  private mutating func name() -> String {
    one(of: ["a", "base", "digits", "x_1", "acurácia", "net"])
  }
}
