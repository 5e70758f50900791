import ArgumentParser
import Glibc
import Notebooks
import Scripting
import Terminal

// The prompt starts without the argument parser, whose set-up would be felt.
if CommandLine.arguments.count == 1 {
  exit(Prompt.start())
}
do {
  var command = try Jatai.parseAsRoot()
  try command.run()
} catch {
  Jatai.end(with: error)
}
