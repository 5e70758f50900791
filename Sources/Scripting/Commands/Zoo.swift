import Diagnostics
import Language

/// The networks of the literature that scripts can ask for: `zoo.vgg16()`.
///
/// They are declared in the language, in `ZooScript`; each is a function whose network draws its
/// weights when they are first needed, so that the largest can be shown without memory for them.
enum Zoo {
  /// The word before the point.
  static let name = "zoo"

  /// `zoo` by itself: a record of its functions.
  static let value = Value.record(
    Record(declarations.map { ($0.name.text, .builtin("\(name).\($0.name.text)")) })
  )

  /// One row for each network of the script.
  static let rows: [FunctionRow] = declarations.map { declaration in
    FunctionRow(
      "\(name).\(declaration.name.text)",
      (declaration.parameters ?? []).map { parameter in
        Slot(
          parameter.name.text,
          [.any],
          defaultText: parameter.defaultValue.map { source.text(of: $0.range) }
        )
      },
      summary(of: declaration)
    ) { call throws(Diagnostic) in
      try network(declaration.name.text, call)
    }
  }

  private static let source = SourceFile(name: "zoo", text: ZooScript.text)

  private static let declarations: [NetworkDeclaration] =
    Parser.parse(source, vocabulary: Session.vocabulary).statements.compactMap { statement in
      if case .network(let declaration) = statement { declaration } else { nil }
    }

  /// The last line of the comment before a network.
  private static func summary(of declaration: NetworkDeclaration) -> String {
    let before = source.text(of: SourceRange(0, declaration.range.start))
    let line = before.split(separator: "\n").last ?? ""
    return String(line.drop { $0 == "#" || $0 == " " })
  }

  private static func network(
    _ name: String,
    _ call: FunctionCall
  ) throws(Diagnostic) -> Value {
    guard case .function(let function)? = call.session.zoo.value(of: name) else {
      throw Diagnostic("unknown-function", "the zoo has no '\(name)'", at: call.range)
    }
    var arguments: [(name: Name?, given: GivenValue)] = []
    for (slot, argument) in zip(call.row.parameters, call.arguments) {
      if let argument { arguments.append((Name(slot.name, argument.range), argument)) }
    }
    return try call.session.machine.call(function, arguments, at: call.range)
  }
}

extension Session {
  /// A session whose names are the functions of the zoo.
  ///
  /// Each session has its own, because functions belong to the thread of their session.
  var zoo: Session {
    if let zooLibrary { return zooLibrary }
    let library = Session(host: SilentHost(host))
    _ = library.run(SourceFile(name: "zoo", text: ZooScript.text))
    zooLibrary = library
    return library
  }
}
