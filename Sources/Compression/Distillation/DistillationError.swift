import Networks
import Tensors

/// Why a teacher cannot teach a student.
public enum DistillationError: Error, Hashable, Sendable {
  case noTeacher
  case outputsDiffer(teacher: Shape, student: Shape)
  case inputsDiffer(teacher: Shape, student: Shape)
  case temperatureNotPositive(Double)
  case alphaOutOfRange(Double)
  case unknownLayer(String, owner: String, names: [String])
  case featuresDiffer(DistillationOptions.Match, teacher: Shape, student: Shape)
  /// The teacher cannot answer for the samples.
  case teacher(NetworkError)
  case training(TrainingError)
}

extension DistillationError: CustomStringConvertible {
  /// One lower-case sentence.
  public var description: String {
    switch self {
    case .noTeacher: "distillation needs at least one teacher"
    case .outputsDiffer(let teacher, let student):
      "the teacher gives \(teacher) outputs, but the student gives \(student)"
    case .inputsDiffer(let teacher, let student):
      "the teacher takes samples of \(teacher), but the student takes \(student)"
    case .temperatureNotPositive(let value):
      "temperature must be above 0, but is \(value)"
    case .alphaOutOfRange(let value):
      "alpha, the weight of the hard labels, must be in 0...1, but is \(value)"
    case .unknownLayer(let name, let owner, let names):
      "the \(owner) has no layer '\(name)'; it has \(names.joined(separator: ", "))"
    case .featuresDiffer(let match, let teacher, let student):
      "the teacher's '\(match.teacher)' gives \(teacher), but the student's '\(match.student)' gives "
        + "\(student), and only outputs of one shape can be matched"
    case .teacher(let error): error.description
    case .training(let error): error.description
    }
  }
}
