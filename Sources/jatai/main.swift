import ArgumentParser
import Glibc
import Notebooks
import Scripting
import Terminal

// The prompt and a plain run start without the argument parser, whose set-up would be felt.
let words = CommandLine.arguments
if words.count == 1 {
  exit(Prompt.start())
}
do {
  if words.count == 3, words[1] == "run", words[2] == "-" || !words[2].hasPrefix("-") {
    try ScriptRun(file: words[2]).run()
    exit(0)
  }
  var command = try Jatai.parseAsRoot()
  try command.run()
} catch {
  Jatai.end(with: error)
}
