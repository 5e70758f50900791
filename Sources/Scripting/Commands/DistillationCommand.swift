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
    operands: [Slot("teacher", [.network], isRequired: true, "the trained teacher")],
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
    ] + TrainingRequest.slots,
    remakes: [.preposition(.into)],
    draws: true,
    example: "distill base into student on digits temperature=3 alpha=0.3 epochs=5"
  ) { call throws(Diagnostic) in
    let teacher = try call.operand(0).network("distill")
    guard let into = call.after(.into) else {
      throw TrainingCommands.missing(call, "into", "a student")
    }
    let student = try into.network("distill")
    let before = teacher.digest()
    let request = try TrainingRequest(call, student)
    var options = DistillationOptions()
    options.temperature = Float(try call.number("temperature", default: 3))
    options.alpha = Float(try call.number("alpha", default: 0.1))
    let trained = try request.distilled(teacher, into: student, options)
    precondition(teacher.digest() == before, "distillation changed its teacher")
    let result = trained.appending(lineage: request.entry(trained))
    return CommandResult(.network(result), remade: [.network(result)], printsItself: false)
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
    case .temperatureNotPositive: range = call.option("temperature")?.range ?? call.range
    case .alphaOutOfRange: range = call.option("alpha")?.range ?? call.range
    case .teacher, .noTeacher: range = call.operand(0).range
    case .training: range = call.range
    }
    return Diagnostic("distillation", error.description, at: range, remedy: remedy)
  }
}
