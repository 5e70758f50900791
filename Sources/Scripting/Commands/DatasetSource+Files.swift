import Datasets
import Diagnostics

/// Text, and folders of recordings.
extension DatasetSource {
  func text(_ path: String) throws(Diagnostic) -> Dataset {
    let bytes = try call.session.readFile(path, at: source.range)
    return try text(bytes, name: DatasetSource.stem(path))
  }

  func text(_ bytes: [UInt8], name: String) throws(Diagnostic) -> Dataset {
    var answersEveryStep = false
    if let given = call.option("target") {
      answersEveryStep = try given.word("target", from: .answerSteps) == "every"
    }
    let length = try call.count("sequence", default: 40)
    let step = try call.count("step", default: 1)
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw Diagnostic("data", "'\(name)' is not text in UTF-8", at: source.range)
    }
    return try DataCommands.pinned(call, source.range) { () throws(DatasetError) in
      try CharacterSequences.dataset(
        name: name,
        text: text,
        length: length,
        step: step,
        answersEveryStep: answersEveryStep
      )
    }
  }

  /// Recordings whose classes `labels.csv` names, or else the folders that they are in.
  func folder(_ path: String, _ entries: [String]) throws(Diagnostic) -> Dataset {
    for option in ["target", "columns", "onehot", "missing", "shape"] {
      try call.refuse(option, because: "is for tables, and '\(path)' is a folder of recordings")
    }
    var files: [(path: String, label: String?)] = []
    if entries.contains("labels.csv") {
      let bytes = try call.session.readFile("\(path)/labels.csv", at: source.range)
      let rows = try DataCommands.pinned(call, source.range) { () throws(DatasetError) in
        try Recordings.labels(bytes)
      }
      files = rows.map { ("\(path)/\($0.file)", $0.label) }
    } else {
      for entry in entries {
        if DatasetSource.isRecording(entry) { files.append(("\(path)/\(entry)", nil)) }
        for name in call.session.host.files(in: "\(path)/\(entry)")
        where DatasetSource.isRecording(name) {
          files.append(("\(path)/\(entry)/\(name)", entry))
        }
      }
    }
    guard !files.isEmpty else {
      throw Diagnostic(
        "file",
        "'\(path)' is a folder without recordings",
        at: source.range,
        remedy: "it should hold .wav files in a folder for each class, or beside a labels.csv"
      )
    }
    var clips: [Recordings.Clip] = []
    for file in files {
      let bytes = try call.session.readFile(file.path, at: source.range)
      clips.append(Recordings.Clip(name: file.path, bytes: bytes, label: file.label))
    }
    var seconds: Double?
    if case .quantity(let length)? = call.option("length")?.value { seconds = length.value }
    return try DataCommands.pinned(call, source.range) { () throws(DatasetError) in
      try Recordings.dataset(name: DatasetSource.stem(path), clips: clips, seconds: seconds)
    }
  }

  static func isRecording(_ name: String) -> Bool { name.lowercased().hasSuffix(".wav") }

  /// The last word of a path without its suffix.
  static func stem(_ path: String) -> String {
    let file = path.split(separator: "/").last.map(String.init) ?? path
    return file.split(separator: ".").first.map(String.init) ?? file
  }
}
