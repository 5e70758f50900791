import Tensors

/// Recordings of one rate with their classes, as a data set.
public enum Recordings {
  /// One file.
  public struct Clip: Sendable {
    /// The file's name, for messages.
    public let name: String
    /// The file's bytes.
    public let bytes: [UInt8]
    /// Its class, or nil.
    public let label: String?

    /// A clip.
    public init(name: String, bytes: [UInt8], label: String?) {
      self.name = name
      self.bytes = bytes
      self.label = label
    }
  }

  /// A set of signals of equal length: shorter ones end in silence, longer ones are cut.
  ///
  /// `seconds` nil takes the longest clip. Classes are in alphabetical order.
  ///
  /// - Throws: what `WAVFile.read` throws, with the file's name; `ratesDiffer`, `tooLarge`.
  public static func dataset(
    name: String,
    clips: [Clip],
    seconds: Double? = nil
  ) throws(DatasetError) -> Dataset {
    guard !clips.isEmpty else { throw .empty(what: "the list of recordings") }
    var recordings: [WAVFile.Recording] = []
    for clip in clips {
      let recording: WAVFile.Recording
      do throws(DatasetError) {
        recording = try WAVFile.read(clip.bytes)
      } catch { throw .inFile(clip.name, error.description) }
      if let first = recordings.first, first.rate != recording.rate {
        throw .ratesDiffer(file: clip.name, found: recording.rate, expected: first.rate)
      }
      recordings.append(recording)
    }
    let rate = recordings[0].rate
    var length = recordings.map(\.values.count).max() ?? 0
    if let seconds {
      let wanted = (seconds * Double(rate)).rounded()
      guard wanted >= 1, wanted <= Double(Dataset.mostFeatures) else {
        throw .outOfRange(option: "length", value: seconds, allowed: "greater than 0 seconds")
      }
      length = Int(wanted)
    }
    guard let shape = Shape(checking: [clips.count, length]), shape.count <= Dataset.mostFeatures
    else { throw .tooLarge(what: "'\(name)'", limitBytes: 4 * Dataset.mostFeatures) }
    var inputs = Tensor(shape)
    inputs.withMutableElements { target in
      for (index, recording) in recordings.enumerated() {
        for (offset, value) in recording.values.prefix(length).enumerated() {
          target[index * length + offset] = value
        }
      }
    }
    let labels = clips.compactMap(\.label)
    let set = try Dataset(
      name: name,
      inputs: inputs,
      answers: labels.count == clips.count ? .text(labels) : .nothing
    )
    return set.knowing(SampleFacts(sampleRate: Double(rate)))
  }

  /// The class of each file by a table of two columns, file and class, with a header.
  ///
  /// - Throws: what the reader of CSV does; `malformed` for another number of columns.
  public static func labels(
    _ bytes: [UInt8]
  ) throws(DatasetError) -> [(file: String, label: String)] {
    let table = try CSVFile.read(bytes)
    guard table.columns.count >= 2 else {
      throw .malformed(
        format: "labels.csv",
        problem: "it needs a column of files and one of classes"
      )
    }
    func text(_ cell: Table.Cell) -> String {
      switch cell {
      case .text(let text): text
      case .number(let number): wholeNumberText(number)
      case .missing: ""
      }
    }
    return (0..<table.rowCount).map { row in
      (text(table.columns[0].cells[row]), text(table.columns[1].cells[row]))
    }
  }
}
