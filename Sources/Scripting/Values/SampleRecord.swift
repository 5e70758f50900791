import Datasets
import Diagnostics
import Tensors

/// One sample of a data set as a record: `input`, and `label` with `class`, or `values`.
enum SampleRecord {
  static func value(
    of dataset: Dataset,
    at position: Int,
    range: SourceRange
  ) throws(Diagnostic) -> Value {
    let sample: Sample
    do throws(DatasetError) {
      sample = try dataset.sample(at: position)
    } catch {
      throw Diagnostic("index-out-of-range", error.description, at: range, remedy: error.remedy)
    }
    var record = Record([("input", .tensor(PreciseTensor(sample.input)))])
    switch sample.answer {
    case .label(let label, let name):
      record["label"] = .number(Double(label))
      record["class"] = .string(name)
    case .values(let values): record["values"] = .list(values.map { .number(Double($0)) })
    case .nothing: break
    }
    return .record(record)
  }
}
