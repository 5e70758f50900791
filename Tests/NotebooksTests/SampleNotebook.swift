import Diagnostics
import Notebooks
import Scripting

/// Notebooks of these tests and the ways they are run.
enum SampleNotebook {
  /// The example of the format, with a plain lesson instead of a data set that may be missing.
  static let lesson = """
    #!/usr/bin/env jatai
    # ---
    # notebook: 1
    # id: lab2
    # title: Lab 2 – quantização
    # tool: jatai 0.1
    # seed: 7
    # tolerance: rel=1e-2 abs=1e-6
    # course: IESTI01
    # ---

    # %% [markdown] id="intro"
    # ## Quantização
    # Treine a rede, reduza-a a **int8** e compare a acurácia.

    # %% Data and training id="train"
    w = tensor [[1, 2], [3, 4]]
    print sum(w)
    #> 10
    #~ time 1.24 s

    # %% Question 1 [task] id="q1" points=3
    # TODO: halve w
    half = w / 2
    #@ tensor half

    # %% [check] id="q1.check" for="q1"
    check "halved" points=1 { expect sum(half) == 5 }
    #> ok 1/1

    # %% A mistake worth seeing id="oops" raises=true
    print (1 / 0)
    #! error: division by zero

    """

  /// A key with a given state, partial points and a hidden check.
  static let key = """
    # ---
    # notebook: 1
    # id: sample
    # tool: jatai 0.1
    # seed: 42
    # ---

    # %% Given id="setup"
    base = 10

    # %% Question 1 [task] id="q1"
    # TODO: bind half to one half of base
    half = base / 2 # thesecret

    # %% [check] id="q1.check" for="q1"
    check "half of it" points=1 { expect half == 5 else "divide base by two" }
    check "nearly" points=1 { expect half >= 5 partial from 1 }

    # %% Question 2 [task] id="q2" given="q1"
    # TODO: bind double to twice half
    double = half * 2

    # %% [check] id="q2.check" for="q2"
    check "twice" points=2 { expect double == 10 }

    # %% The sly ones [check] id="q1.hidden" for="q1" hidden="true"
    check "thehidden" points=1 { expect half == base / 2 else "hiddenremark" }

    """

  static func parsed(_ text: String, name: String = "lab.jatai") -> Notebook {
    Notebook.parse(SourceFile(name: name, text: text), vocabulary: Session.vocabulary)
  }

  static func replay(_ text: String, name: String = "lab.jatai") -> Replay {
    Replay(parsed(text, name: name), host: NotebookHost(notebookPath: name))
  }

  static func recorded(_ text: String) throws -> String {
    let bytes = try Recorder.recorded(parsed(text), host: NotebookHost(notebookPath: "lab.jatai"))
    return String(decoding: bytes, as: UTF8.self)
  }

  static func stripped(_ text: String) -> String {
    String(decoding: Stripper.strip(parsed(text)), as: UTF8.self)
  }

  /// The report on a submission; `replacing` pairs change the stripped key.
  static func report(
    key: String = SampleNotebook.key,
    _ submission: String,
    path: String = "key.jatai",
    limits: SessionLimits = Grader.usualLimits
  ) -> GradeReport {
    Grader(key: parsed(key, name: path), keyPath: path, limits: limits)
      .report(on: parsed(submission, name: "student.jatai"), name: "student")
  }
}
