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
    summary: "Train a small student on the answers of a large teacher.",
    operands: [Slot("teacher", [.network], isRequired: true, "the trained teacher")],
    prepositions: [
      Slot("into", [.network], isRequired: true, "the student"),
      Slot("on", [.dataset], isRequired: true, "the data"),
    ],
    options: [
      Slot("temperature", [.number], defaultText: "3", range: 1e-3...1e3, "softens the teacher's answers"),
      Slot("alpha", [.ratio], defaultText: "0.3", range: 0...1, "weight of the labels' loss"),
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
    guard teacher.architecture.outputShape == student.architecture.outputShape else {
      throw Diagnostic(
        "teacher-student",
        "the teacher gives \(teacher.architecture.outputShape) and the student "
          + "\(student.architecture.outputShape)",
        at: into.range,
        remedy: "give the student as many outputs as the teacher has"
      )
    }
    guard teacher.architecture.inputShape == student.architecture.inputShape else {
      throw Diagnostic(
        "teacher-student",
        "the teacher takes \(teacher.architecture.inputShape) and the student "
          + "\(student.architecture.inputShape)",
        at: into.range,
        remedy: "both see the same samples"
      )
    }
    let before = teacher.digest()
    var request = try TrainingRequest(call, student)
    let logits: Tensor
    do throws(NetworkError) {
      logits = try teacher.logits(for: request.samples.inputs, threads: call.session.host.threads)
    } catch {
      throw Diagnostic("network", error.description, at: call.operand(0).range)
    }
    request.options.distillation = DistillationTargets(
      logits: logits,
      temperature: Float(try call.number("temperature", default: 3)),
      alpha: Float(try call.number("alpha", default: 0.3))
    )
    let trained = try request.train(student)
    precondition(teacher.digest() == before, "distillation changed its teacher")
    let result = trained.appending(lineage: request.entry(trained))
    return CommandResult(.network(result), remade: [.network(result)], printsItself: false)
  }
}
