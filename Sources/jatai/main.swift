import Glibc
import Scripting
import Terminal

exit(REPL(session: Session(host: TerminalHost())).run())
