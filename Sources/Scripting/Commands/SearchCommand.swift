import Compression
import Datasets
import Deployment
import Diagnostics
import Language
import Networks
import Tensors

/// `search`: the ways to compress that no other beats, under bounds.
enum SearchCommand {
  static let row = CommandRow(
    "search",
    stage: "exploring",
    summary: "Try techniques and strengths, and find those that no other beats on a board.",
    operands: [Slot("network", [.network], isRequired: true, "a trained network")],
    prepositions: [
      Slot("on", [.dataset], isRequired: true, "data with a validation part, to choose by")
    ],
    options: [
      Slot("prune", [.list], defaultText: "[0%, 50%, 80%]", "sparsities to try"),
      Slot(
        "units",
        [.word, .list],
        catalogue: .pruningUnits,
        defaultText: "weights",
        "what is removed together"
      ),
      Slot("cluster", [.list], defaultText: "[0]", "numbers of values to try; 0 does not cluster"),
      Slot(
        "kinds",
        [.word, .list],
        catalogue: .searchKinds,
        defaultText: "int8",
        "kinds of models to try"
      ),
      Slot(
        "board",
        [.board, .word],
        catalogue: .boards,
        defaultText: "nano33",
        "where it must run"
      ),
      Slot("flash", [.bytes], "the most flash, code included"),
      Slot("ram", [.bytes], "the most RAM, stack included"),
      Slot("latency", [.duration], "the longest estimated inference"),
      Slot("accuracy", [.ratio], "the least accuracy on the validation part"),
      Slot("epochs", [.count], defaultText: "1", range: 0...1e6, "passes over the data for each"),
      Slot("batch", [.count], defaultText: "32", range: 1...1e6, "samples a step"),
      Slot("rate", [.number], defaultText: "1e-3", range: 0...1e3, "size of a step"),
      Slot("resume", [.string], "a .jsonl file that keeps results as they come"),
    ] + WorkerRequest.slots,
    draws: true,
    example: "search base on digits prune=[0%, 50%, 80%] kinds=[int8, int4] flash=64KiB"
  ) { call throws(Diagnostic) in
    let search = try Search(call)
    return CommandResult(.table(try search.table(try search.results())))
  }
}

/// One running search.
private struct Search {
  private let call: CommandCall
  private let job: SearchJob
  private let part: Part

  init(_ call: CommandCall) throws(Diagnostic) {
    self.call = call
    let network = try call.operand(0).network("search")
    guard let on = call.after(.on) else { throw TrainingCommands.missing(call, "on", "a dataset") }
    let dataset = try on.dataset("search")
    guard dataset.count(of: .validation) > 0 else {
      throw Diagnostic(
        "no-validation",
        "search chooses by validation samples, and '\(on.text)' has no validation part",
        at: on.range,
        remedy: "split it into three parts: the test part must not be chosen by"
      )
    }
    part = .validation
    let (training, choosing) = try DataCommands.pinned(call, on.range) {
      () throws(DatasetError) in
      (try dataset.samples(of: .train), try dataset.samples(of: .validation))
    }
    let board =
      try call.option("board").map { given throws(Diagnostic) in
        try DeployCommands.board(given)
      } ?? Board.all.first { $0.id == "nano33" } ?? Board.all[0]
    job = SearchJob(
      network: network,
      training: training,
      choosing: choosing,
      board: board,
      epochs: try call.count("epochs", default: 1),
      batchSize: try call.count("batch", default: 32),
      rate: Float(try call.number("rate", default: 1e-3)),
      seed: call.seed,
      threads: call.session.host.threads,
      memoryLimit: call.session.memoryLimit,
      points: try Search.points(call)
    )
  }

  // MARK: Points

  private static func points(_ call: CommandCall) throws(Diagnostic) -> [SearchPoint] {
    var points: [SearchPoint] = []
    let sparsities = try numbers("prune", [0, 0.5, 0.8], call)
    for sparsity in sparsities where !(sparsity >= 0 && sparsity < 1) {
      throw Diagnostic(
        "pruning",
        PruningError.sparsityOutOfRange(sparsity).description,
        at: call.option("prune")?.range ?? call.range
      )
    }
    let clusters = try numbers("cluster", [0], call)
    for count in clusters where count < 0 || count != count.rounded() || count > 1e9 {
      throw Diagnostic(
        "option-kind",
        "cluster needs whole numbers from 0 on, but here is \(NumberFormat.text(count))",
        at: call.option("cluster")?.range ?? call.range
      )
    }
    let units = try words("units", .pruningUnits, ["weights"], call)
    let kinds = try words("kinds", .searchKinds, ["int8"], call)
    for sparsity in sparsities {
      for unit in sparsity == 0 ? ["weights"] : units {
        for count in clusters {
          for kind in kinds {
            points.append(
              SearchPoint(
                sparsity: sparsity,
                unit: PruningOptions.Unit(rawValue: unit) ?? .weights,
                clusters: Int(count),
                kind: kind
              )
            )
          }
        }
      }
    }
    return points
  }

  private static func items(_ name: String, _ call: CommandCall) -> [GivenValue]? {
    guard let given = call.option(name) else { return nil }
    let items: [Value] = if case .list(let list) = given.value { list } else { [given.value] }
    return items.map { GivenValue(value: $0, range: given.range, text: given.text) }
  }

  private static func numbers(
    _ name: String,
    _ standard: [Double],
    _ call: CommandCall
  ) throws(Diagnostic) -> [Double] {
    guard let items = items(name, call) else { return standard }
    var numbers: [Double] = []
    for item in items { numbers.append(try item.number(name)) }
    return numbers
  }

  private static func words(
    _ name: String,
    _ catalogue: Catalogue,
    _ standard: [String],
    _ call: CommandCall
  ) throws(Diagnostic) -> [String] {
    guard let items = items(name, call) else { return standard }
    var words: [String] = []
    for item in items { words.append(try item.word(name, from: catalogue)) }
    return words
  }

  // MARK: Results

  /// What results are filed under: another network, data, board or training is another search.
  private var key: String {
    let parts = [
      job.network.digest(), "\(job.training.count)", "\(job.choosing.count)", job.board.id,
      "\(job.epochs)", "\(job.batchSize)", "\(job.rate)", "\(job.seed)",
    ]
    return String(SeededGenerator.seed(from: parts), radix: 16)
  }

  /// The result of each point, in order.
  func results() throws(Diagnostic) -> [SearchResult] {
    let key = key
    var known: [String: SearchResult] = [:]
    var lines = ""
    let path = try call.option("resume").map { given throws(Diagnostic) in
      try given.string("resume")
    }
    if let path, call.session.fileExists(path) {
      let bytes = try call.session.readFile(path, at: call.option("resume")?.range ?? call.range)
      lines = String(decoding: bytes, as: UTF8.self)
      if !lines.isEmpty, !lines.hasSuffix("\n") { lines += "\n" }
      for result in SearchLines.results(in: lines, key: key) { known[result.point] = result }
    }
    var failure: HostError?
    let total = job.points.count
    let keep = { (result: SearchResult) in
      known[result.point] = result
      call.session.host.show(
        Progress(title: "point", done: known.count, total: total, fraction: 0, detail: result.point)
      )
      guard let path else { return }
      lines += SearchLines.text(of: result, key: key) + "\n"
      do throws(HostError) {
        try call.session.host.save(Array(lines.utf8), to: path)
      } catch {
        failure = failure ?? error
      }
    }
    let left = job.points.filter { known[$0.text] == nil }
    let options = call.options.map { ($0.name.text, $0.given) }
    let request = try WorkerRequest(
      Dictionary(options) { first, _ in first },
      points: left.count
    )
    // What is known already needs no memory.
    let jobs = left.isEmpty ? 1 : try processes(request)
    if let request, let team = try WorkerTeam(request, session: call.session) {
      try run(left, by: team, jobs, keep)
    } else {
      for point in left {
        if call.session.mustStop {
          try call.session.checkLimits(at: call.verbRange)
          throw call.session.interruption(at: call.verbRange)
        }
        keep(job.result(of: point))
      }
    }
    call.session.host.show(nil)
    if let failure {
      throw Diagnostic(
        "file",
        failure.description,
        at: call.option("resume")?.range ?? call.range,
        remedy: failure.remedy
      )
    }
    return job.points.compactMap { known[$0.text] }
  }

  /// How many processes are started: all that were asked for, or on this machine as many as may
  /// train at the same time within the session's limit of memory.
  private func processes(_ request: WorkerRequest?) throws(Diagnostic) -> Int {
    let limit = call.session.memoryLimit
    let needed = job.trainingBytes()
    guard needed <= limit else {
      throw Diagnostic(
        "training",
        TrainingError.exceedsMemory(neededBytes: needed, limitBytes: limit).description,
        at: call.option("batch")?.range ?? call.range,
        remedy: TrainingRequest.memoryRemedy
      )
    }
    guard let request, !request.usesSlurm, needed > 0 else { return request?.jobs ?? 1 }
    return min(request.jobs, limit / needed)
  }

  private func run(
    _ points: [SearchPoint],
    by team: WorkerTeam,
    _ jobs: Int,
    _ keep: (SearchResult) -> Void
  ) throws(Diagnostic) {
    var job = job
    job.points = points
    defer { team.folder.remove() }
    let folder = team.folder.path
    let files = SearchFile(job).files
    do throws(HostError) {
      try FileSystem(folder: folder).save(files.network, to: "network.safetensors")
      try FileSystem(folder: folder).save(files.job, to: "job.safetensors")
    } catch {
      throw Diagnostic("workers", error.description, at: call.range, remedy: error.remedy)
    }
    try team.run(
      (0..<jobs).map { [SearchWorker.verb, folder, "\($0)", "\(jobs)"] },
      session: call.session,
      at: call.verbRange
    ) { line in
      for result in SearchLines.results(in: line, key: "worker") { keep(result) }
    }
  }

  // MARK: The table

  func table(_ results: [SearchResult]) throws(Diagnostic) -> Table {
    let verdicts = results.map { broken($0) }
    let within = results.indices.filter { verdicts[$0] == nil }
    let front = ParetoFront(
      costs: within.map { index in
        let result = results[index]
        return [
          Double(result.flashBytes), Double(result.ramBytes), result.milliseconds ?? 0,
          -result.accuracy,
        ]
      }
    )
    let members = Set(front.members.map { within[$0] })
    var rows: [[Value]] = []
    for (index, result) in results.enumerated() {
      guard let point = SearchPoint(result.point) else { continue }
      let verdict = verdicts[index] ?? (members.contains(index) ? "front" : "beaten")
      rows.append([
        .string(verdict), .number(point.sparsity), .string(point.unit.rawValue),
        .number(Double(point.clusters)), .string(point.kind), .number(result.accuracy),
        .memory(result.flashBytes), .memory(result.ramBytes),
        result.milliseconds.map { .milliseconds($0) } ?? .none,
      ])
    }
    var notes = [
      "\(members.count) of \(results.count) are on the front of \(job.board.id): flash, RAM, latency, "
        + "accuracy",
      "accuracy on the \(part.rawValue) part; measure your choice on the test part once",
    ]
    if members.isEmpty { notes.append("no point meets every bound: relax one of them") }
    for result in results {
      if let refusal = result.refusal { notes.append("\(result.point): \(refusal)") }
    }
    return Table(
      columns: [
        "verdict", "prune", "unit", "cluster", "kind", "accuracy", "flash", "ram", "latency",
      ],
      rows: rows,
      notes: notes
    )
  }

  /// The first bound that a result breaks, or nil.
  private func broken(_ result: SearchResult) -> String? {
    if result.refusal != nil { return "refused" }
    if Double(result.flashBytes) > bound("flash", Double(job.board.flashBytes)) { return "flash" }
    if Double(result.ramBytes) > bound("ram", Double(job.board.ramBytes)) { return "ram" }
    if (result.milliseconds ?? 0) / 1000 > bound("latency", .infinity) { return "latency" }
    if let least = call.option("accuracy")?.value.plainNumber, result.accuracy < least {
      return "accuracy"
    }
    return nil
  }

  private func bound(_ name: String, _ standard: Double) -> Double {
    guard case .quantity(let quantity)? = call.option(name)?.value else { return standard }
    return quantity.value
  }
}
