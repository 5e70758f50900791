import Compression
import Datasets
import Diagnostics
import Language
import Networks
import Tensors

/// `distill`.
enum DistillationCommand {
  static let row = CommandRow(
    "distill",
    stage: "distillation",
    gives: .always(.network),
    summary: "Train a small student on the answers of a large teacher.",
    operands: [
      Slot(
        "teacher",
        [.network, .list],
        isRequired: true,
        "the trained teacher, or a list of them"
      )
    ],
    prepositions: [
      Slot("into", [.network], isRequired: true, "the student"),
      Slot("on", [.dataset], isRequired: true, "the data"),
    ],
    options: [
      Slot(
        "temperature",
        [.number],
        defaultText: "3",
        range: 1e-3...1e3,
        "softens the teacher's answers"
      ),
      Slot("alpha", [.ratio], defaultText: "0.1", range: 0...1, "weight of the labels' loss"),
      Slot(
        "match",
        [.record],
        "layers whose outputs the student learns, such as { dense1: \"dense1\" }: teacher's, student's"
      ),
      Slot(
        "features",
        [.number],
        defaultText: "1",
        range: 0...1e6,
        "weight of matched layers' loss"
      ),
    ] + TrainingRequest.slots,
    remakes: [.preposition(.into)],
    draws: true,
    example: "distill base into student on digits temperature=3 alpha=0.3 epochs=5"
  ) { call throws(Diagnostic) in
    let teachers = try teachers(call)
    guard let into = call.after(.into) else {
      throw TrainingCommands.missing(call, "into", "a student")
    }
    let student = try into.network("distill")
    let before = teachers.map { $0.digest() }
    let request = try TrainingRequest(call, student)
    var options = DistillationOptions()
    options.temperature = Float(try call.number("temperature", default: 3))
    options.alpha = Float(try call.number("alpha", default: 0.1))
    options.matches = try matches(call)
    options.featureWeight = Float(try call.number("features", default: 1))
    let trained = try request.distilled(teachers, into: student, options)
    precondition(teachers.map { $0.digest() } == before, "distillation changed its teacher")
    let words = before.map { "sha256:\($0.prefix(8))" }.joined(separator: ", ")
    call.emit(OutputLine("teacher unchanged: \(words) before and after"))
    Promises.check(student, trained, call)
    let result = trained.appending(lineage: request.entry(trained))
    return CommandResult(.network(result), remade: [.network(result)], printsItself: false)
  }

  private static func teachers(_ call: CommandCall) throws(Diagnostic) -> [Network] {
    let given = call.operand(0)
    guard case .list(let items) = given.value else { return [try given.network("distill")] }
    var teachers: [Network] = []
    for item in items {
      let one = GivenValue(value: item, range: given.range, text: given.text)
      teachers.append(try one.network("distill"))
    }
    return teachers
  }

  /// `match={ teacherlayer: "studentlayer" }`.
  private static func matches(
    _ call: CommandCall
  ) throws(Diagnostic) -> [DistillationOptions.Match] {
    guard let given = call.option("match"), case .record(let record) = given.value else {
      return []
    }
    var matches: [DistillationOptions.Match] = []
    for (name, value) in zip(record.names, record.values) {
      switch value {
      case .string(let layer): matches.append(.init(teacher: name, student: layer))
      case .layer(let layer): matches.append(.init(teacher: name, student: layer.name))
      default:
        throw Diagnostic(
          "option-kind",
          "match names layers of the student, but here is \(value.kindPhrase)",
          at: given.range,
          remedy: "write match={ dense1: \"dense1\" }"
        )
      }
    }
    return matches
  }

  static func diagnostic(_ error: DistillationError, _ call: CommandCall) -> Diagnostic {
    let range: SourceRange
    var remedy: String?
    switch error {
    case .outputsDiffer:
      range = call.after(.into)?.range ?? call.range
      remedy = "give the student as many outputs as the teacher has"
    case .inputsDiffer:
      range = call.after(.into)?.range ?? call.range
      remedy = "teacher and student see the same samples"
    case .unknownLayer, .featuresDiffer: range = call.option("match")?.range ?? call.range
    case .temperatureNotPositive: range = call.option("temperature")?.range ?? call.range
    case .alphaOutOfRange: range = call.option("alpha")?.range ?? call.range
    case .teacher, .noTeacher: range = call.operand(0).range
    case .training: range = call.range
    }
    return Diagnostic("distillation", error.description, at: range, remedy: remedy)
  }
}
