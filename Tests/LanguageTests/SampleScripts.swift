/// Scripts that the language's description shows.
enum SampleScripts {
  static let lab = #"""
    digits = dataset mnist first=10000
    network base {
      input 28x28x1
      conv 12 3x3 relu
      maxpool 2x2
      flatten
      dense 10 softmax
    }
    train base on digits epochs=4 batch=32 optimizer=adam rate=1e-3
    sparse = prune base to 80% on digits epochs=2
    lite = quantize sparse to int8 calibrate=digits.train samples=500
    app = deploy lite to nano33
    expect accuracy(lite, digits.test) >= 96%
    save "lab05.jatai"

    """#

  static let notebook = #"""
    #!/usr/bin/env jatai
    # ---
    # notebook: 1
    # id: lab2
    # title: Lab 2 – quantização
    # tool: jatai 0.1
    # seed: 42
    # tolerance: rel=1e-3 abs=1e-6
    # ---

    # %% [markdown] id="intro"
    # ## Quantização
    # Treine a rede, reduza-a a **int8** e compare a acurácia.

    # %% Data and training id="train"
    digits = dataset mnist first=5000
    network net { input 28x28x1; flatten; dense 16 relu; dense 10 softmax }
    train net on digits epochs=5 rate=1e-2
    #> epoch 5/5  loss 0.2213  accuracy 93.1%
    #~ time 1.24 s

    # %% Question 1 [task] id="q1" points=3
    tiny = quantize net to int8 calibrate=digits.train samples=200
    #> int8 model: 13,210 B (float 52,104 B)
    #@ model tiny sha256:3f9c21ab

    # %% [check] id="q1.check" for="q1"
    check "fits 14 KiB" points=1 { expect size(tiny) <= 14KiB }
    #> ok 1/1
    check "keeps its accuracy" points=2 { expect accuracy(tiny, digits.test) >= 92% partial from 85% }
    #> ok 2/2

    # %% A mistake worth seeing id="oops" raises=true
    deploy tiny to uno
    #! error: uno has 2KiB of RAM, and this model's arena needs 3.1KiB

    """#

  static let wide = #"""
    # Everything that the grammar has, in one script.
    board mega { name "Mega 2560"; clock 16MHz; ram 8KiB; flash 256KiB; offset -3 }
    network mlp(width, depth = 2, dropout = 0.25) {
      input ([8, 8, 1])
      flatten
      for i in 1..depth {
        dense (2 * width) relu bias=false start=he  # a comment behind a layer
        if dropout > 0 { dropout (dropout) } else { noise 0.1 }
      }
      residual { dense 32 relu; dense 32 } shortcut { dense 32 } : jump
      branches join=add {
        branch { conv 8 3x3 pad=same relu }
        branch { conv 8 5x5 pad=same leaky 0.2 }
      }
      repeat 4 { dense 16 tanh }
      use encoder
      dense 1 sigmoid weights=[[0.5], [-0.25]] bias=[0.1] : last
    }
    func half(x) = x / 2
    func power(x, k = 2) {
      # a comment alone
      if k == 0 { return 1 } else if k < 0 {
        return 1 / power(x, -k)
      } else { return x * power(x, k - 1) }
    }
    a = [1, 2, 3]; b = { name: "a", size: 3KiB }
    c = map(a, func(v) = v * 2)
    d = map(a, func(v) { w = v + 1; return w })
    total = 0
    for i in 1..3 { total += i; if i == 2 { continue }; if i > 3 { break } }
    while total > 0 { total -= 1 }
    total *= 2
    e = if total < 1 then "none" else "some: \(total:.2) and \(b.name) \("in\(1 + 1)ner")"
    f = a[0] + a[-1] * a[1..2].count %% 3 - -2 ** 2
    g = a == c within 1% * 3 and not b.size != 3KiB or 3 not in a
    h = 0..1 step 0.1
    text = """
      three "quoted" lines,
      with \(a[0]) in them
      """
    old = base@1
    w = tensor [[0.1, -0.9], [0.4, 0.05]]
    q = quantize w to 2bit scale=1/3 zero=-1
    quiet train base on digits epochs=2
    dataset iris | split into [80%, 10%, 10%] | show samples=9
    plot activations [step, relu] to "file.svg"
    lite = (prune base to (x)) | quantize to int8 layers={ first: int8, rest: int4 }
    rows = sweep p in [40%, 60%] {
      m = quiet prune base to p on digits epochs=1
      { sparsity: p, accuracy: accuracy(m, digits.test) }
    }
    prune base to 50% unit=2of4
    expect (sparsity(base) == 50%) else "half of the weights"
    expect accuracy(base, digits.test) >= 92% partial from 85% else "too low: \(1)"
    check "all" points=2 { expect true; expect "prune" in lineage(base) }
    help if
    zip = 3
    quantize = zip + 1.76T

    """#

  static let all = [lab, notebook, wide]
}
