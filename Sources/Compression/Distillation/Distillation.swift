import Networks
import Tensors

/// How a student learns from a teacher.
public struct DistillationOptions: Hashable, Sendable {
  /// Divides logits before softmax: the higher, the more of the wrong classes' ranking shows.
  public var temperature: Float = 3
  /// Weight of the loss against the hard labels; the soft loss has `1 - alpha` and carries T².
  public var alpha: Float = 0.1
  /// Inner layers of the first teacher whose outputs the student's are to come close to.
  public var matches: [Match] = []
  /// Weight of each match's mean square.
  public var featureWeight: Float = 1

  /// A layer of the teacher and the student's that learns its outputs.
  public struct Match: Hashable, Sendable {
    /// The teacher's layer.
    public var teacher: String
    /// The student's layer.
    public var student: String

    /// A pair.
    public init(teacher: String, student: String) {
      self.teacher = teacher
      self.student = student
    }
  }

  /// Keras's example: temperature 3, a tenth for the hard labels.
  public init() {}
}

/// Trains a student on the soft targets of its teachers and on the labels.
///
/// `loss = alpha * CE(labels, student) + (1 - alpha) * T² * KL(teacher_T, student_T)` with
/// `x_T = softmax(logits / T)` (Hinton, Vinyals and Dean, 2015, section 2). The teachers' logits are
/// taken once for all samples, before training, and averaged if there are several; so no teacher can
/// change. A network may teach itself or a copy of itself. Matched layers add
/// `featureWeight * mean((student's outputs - teacher's outputs)²)` each, the first teacher's being
/// taken before training too (Romero et al., "FitNets", 2015, section 2.2, for layers of one shape).
public func distill(
  _ teachers: [Network],
  into student: Network,
  on samples: Samples,
  validation: Samples? = nil,
  options: DistillationOptions = DistillationOptions(),
  training: TrainingOptions,
  observer: TrainingObserver = TrainingObserver()
) throws(DistillationError) -> Network {
  guard let first = teachers.first else { throw .noTeacher }
  guard options.temperature > 0, options.temperature.isFinite else {
    throw .temperatureNotPositive(Double(options.temperature))
  }
  guard options.alpha >= 0, options.alpha <= 1 else {
    throw .alphaOutOfRange(Double(options.alpha))
  }
  for teacher in teachers {
    guard teacher.architecture.inputShape == student.architecture.inputShape else {
      throw .inputsDiffer(
        teacher: teacher.architecture.inputShape,
        student: student.architecture.inputShape
      )
    }
    guard teacher.architecture.outputShape == student.architecture.outputShape else {
      throw .outputsDiffer(
        teacher: teacher.architecture.outputShape,
        student: student.architecture.outputShape
      )
    }
  }
  var logits: Tensor
  do throws(NetworkError) {
    logits = try first.logits(for: samples.inputs, threads: training.threads)
    for teacher in teachers.dropFirst() {
      let others = try teacher.logits(for: samples.inputs, threads: training.threads)
      logits.withMutableElements { sums in
        others.withElements { others in
          for position in sums.indices { sums[position] += others[position] }
        }
      }
    }
  } catch { throw .teacher(error) }
  if teachers.count > 1 {
    let count = Float(teachers.count)
    logits.withMutableElements { sums in
      for position in sums.indices { sums[position] /= count }
    }
  }
  var training = training
  training.distillation = DistillationTargets(
    logits: logits,
    temperature: options.temperature,
    alpha: options.alpha
  )
  for match in options.matches {
    training.features.append(
      try features(match, first, student, samples, options, training.threads)
    )
  }
  do throws(TrainingError) {
    return try student.trained(
      on: samples,
      validation: validation,
      options: training,
      observer: observer
    )
  } catch { throw .training(error) }
}

/// What the student's layer of a match should give.
private func features(
  _ match: DistillationOptions.Match,
  _ teacher: Network,
  _ student: Network,
  _ samples: Samples,
  _ options: DistillationOptions,
  _ threads: Int
) throws(DistillationError) -> FeatureTargets {
  guard let from = teacher.architecture.index(of: match.teacher), from > 0 else {
    throw .unknownLayer(
      match.teacher,
      owner: "teacher",
      names: teacher.architecture.nodes.dropFirst().map(\.name)
    )
  }
  guard let into = student.architecture.index(of: match.student), into > 0 else {
    throw .unknownLayer(
      match.student,
      owner: "student",
      names: student.architecture.nodes.dropFirst().map(\.name)
    )
  }
  let (shown, wanted) = (
    teacher.architecture.nodes[from].outputShape, student.architecture.nodes[into].outputShape
  )
  guard shown == wanted else {
    throw .featuresDiffer(match, teacher: shown, student: wanted)
  }
  do throws(NetworkError) {
    return FeatureTargets(
      node: into,
      values: try teacher.activations(
        for: samples.inputs,
        of: match.teacher,
        threads: threads
      ),
      weight: options.featureWeight
    )
  } catch { throw .teacher(error) }
}
