import ArgumentParser

/// The verb run.
struct RunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Run a script or notebook; '-' is standard input."
  )

  @Argument(help: "The script.", completion: .file(extensions: ["jatai"]))
  var file: String

  @Option(
    name: .customLong("set"),
    help: "Rebind a name that the parameters cell binds: name=value."
  )
  var settings: [String] = []

  @Flag(help: "Write results as JSON lines.")
  var json = false

  func run() throws { try ScriptRun(file: file, settings: settings, json: json).run() }
}
