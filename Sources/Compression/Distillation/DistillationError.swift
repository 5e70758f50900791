import Networks
import Tensors

/// Why a teacher cannot teach a student.
public enum DistillationError: Error, Hashable, Sendable {
  case noTeacher
  case outputsDiffer(teacher: Shape, student: Shape)
  case inputsDiffer(teacher: Shape, student: Shape)
  case temperatureNotPositive(Double)
  case alphaOutOfRange(Double)
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
    case .teacher(let error): error.description
    case .training(let error): error.description
    }
  }
}
