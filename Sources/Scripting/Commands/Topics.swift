/// What `explain WORD` tells: the ideas of the field in a few plain sentences each.
enum Topics {
  /// One idea.
  struct Topic {
    /// The words that find it; the first is its title.
    var words: [String]
    /// What it is, in short paragraphs.
    var text: [String]
    /// A line to try.
    var example: String?
  }

  /// The topic that a word finds, whatever its case.
  static func topic(for word: String) -> Topic? {
    let word = word.lowercased()
    return all.first { $0.words.contains(word) }
  }

  /// All words that find something, in alphabetical order.
  static let words = all.flatMap(\.words).sorted()

  /// The titles in the order of a course.
  static let titles = all.compactMap(\.words.first)

  static let all: [Topic] = [
    Topic(
      words: ["neuron", "neurônio", "neuronio"],
      text: [
        "A neuron multiplies each input by a weight, adds the products and a bias, and passes the"
          + " sum through an activation function: y = f(w1·x1 + w2·x2 + … + b).",
        "One neuron separates its inputs by a straight line, so it learns AND and OR but not XOR;"
          + " its threshold is the bias with the sign turned.",
      ],
      example: "network n { input 2; dense 1 sigmoid weights=[[0.5], [-0.25]] bias=[0.1] }"
    ),
    Topic(
      words: ["layer", "layers", "camada"],
      text: [
        "A layer is a row of neurons that see the same inputs. 'show NAME' lists the layers of a"
          + " network with output shape, parameters and MACs.",
        "A dense layer has inputs x outputs weights; a conv layer has height x width x in x out of"
          + " them and uses each at every place of the image.",
      ],
      example: "help dense"
    ),
    Topic(
      words: ["activation", "activations", "relu", "sigmoid", "ativação"],
      text: [
        "Without an activation function, layers in a row are one linear map. relu keeps what is"
          + " positive, sigmoid squeezes into 0..1, tanh into -1..1, and softmax turns scores into"
          + " probabilities that sum to 1.",
        "'step' gives 0 or 1 and has no gradient: it can be run but not trained.",
      ],
      example: "plot activations [step, sigmoid, tanh, relu, linear]"
    ),
    Topic(
      words: ["backpropagation", "gradient", "retropropagação"],
      text: [
        "Training asks for each weight: if it grew a little, how would the loss change? That slope"
          + " is the gradient, found layer by layer from the output back by the chain rule.",
        "Each step then moves every weight a little against its gradient.",
      ],
      example: "gradcheck base on digits"
    ),
    Topic(
      words: ["loss", "crossentropy", "perda"],
      text: [
        "The loss is what training makes small. For classes it is the cross-entropy, -log of the"
          + " probability given to the right class; for numbers the mean of (y - ŷ)²."
      ],
      example: "train base on digits epochs=5 loss=crossentropy"
    ),
    Topic(
      words: ["epoch", "batch", "step", "época"],
      text: [
        "An epoch is one pass over the training samples. It is cut into batches; after each batch"
          + " the weights move once, which is a step."
      ],
      example: "train base on digits epochs=5 batch=32"
    ),
    Topic(
      words: ["overfitting", "validation", "generalisation", "generalization"],
      text: [
        "A network that has learnt its training samples by heart is good on them and worse on"
          + " others. The validation part shows that while you choose; the test part is used once,"
          + " at the end."
      ],
      example: "split digits into [80%, 10%, 10%]"
    ),
    Topic(
      words: ["pruning", "prune", "sparsity", "poda"],
      text: [
        "Pruning sets the smallest weights to exactly zero; sparsity is their share. A few epochs"
          + " of training with the zeros held win the accuracy back.",
        "A pruned network takes as many bytes as before until its zeros are coded (see 'zip'), and"
          + " it is no faster on kernels that multiply by every weight. Pruning whole channels"
          + " shrinks both.",
      ],
      example: "sparse = prune base to 80% on digits epochs=2"
    ),
    Topic(
      words: ["quantization", "quantize", "int8", "quantização"],
      text: [
        "Quantization stores numbers as small integers: real = (integer - zero point) x scale."
          + " int8 weights take a quarter of the bytes of floats, and integer arithmetic is what"
          + " microcontrollers do best.",
        "A tiny model shrinks less than four times, since biases stay 32-bit and every channel"
          + " keeps a scale.",
      ],
      example: "lite = quantize base to int8 calibrate=digits.train samples=500"
    ),
    Topic(
      words: ["calibration", "calibrate", "calibração"],
      text: [
        "To choose the scales of the values between layers, quantization watches their ranges on"
          + " some samples: the calibration set. It needs no labels, must look like real data, and"
          + " must never be the test set."
      ],
      example: "lite = quantize base to int8 calibrate=digits.train samples=200"
    ),
    Topic(
      words: ["clustering", "cluster", "codebook", "weight-sharing"],
      text: [
        "Clustering gives each layer a short list of values, the codebook, and replaces every weight"
          + " by the nearest of them. 16 values need 4-bit indices: 16 floats of 512 bits become"
          + " 4 floats and 16 two-bit indices, 160 bits."
      ],
      example: "shared = cluster base into 16 on digits epochs=1"
    ),
    Topic(
      words: ["distillation", "distill", "teacher", "student", "destilação"],
      text: [
        "A small student learns from the answers of a large teacher. The teacher's probabilities at"
          + " a temperature T above 1 show how it ranks the wrong classes too.",
        "The loss is alpha·CE(labels) + (1 - alpha)·T²·KL(teacher, student). The teacher does not"
          + " change.",
      ],
      example: "distill base into student on digits temperature=3 alpha=0.3 epochs=5"
    ),
    Topic(
      words: ["arena", "ram"],
      text: [
        "The arena is the one block of RAM that holds the values between layers. Its plan places"
          + " each at an offset for the time it is needed, so that later values reuse the bytes of"
          + " earlier ones.",
        "The arena is not the model: weights stand in flash.",
      ],
      example: "show plan app"
    ),
    Topic(
      words: ["flash"],
      text: [
        "Flash is the memory that keeps program and weights without power. It is read-only while"
          + " the program runs, and larger than RAM."
      ],
      example: "boards"
    ),
    Topic(
      words: ["mac", "macs", "flop", "flops"],
      text: [
        "A MAC is one multiply-accumulate: a product added to a sum, so two operations. FLOP counts"
          + " floating-point operations, FLOPS is FLOP per second: a rate, not a count."
      ],
      example: "print macs(base)"
    ),
    Topic(
      words: ["kib", "kb", "bytes"],
      text: [
        "1 KB is 1,000 bytes, 1 KiB is 1,024. Memories come in KiB and MiB, file sizes are often"
          + " told in KB and MB."
      ],
      example: "print (64KiB - 64KB)"
    ),
    Topic(
      words: ["inference", "inferência"],
      text: [
        "Inference runs a finished model. A microcontroller only does that: the model is frozen,"
          + " has no gradients and cannot be trained. To improve it, train its network and convert"
          + " again."
      ],
      example: "predict lite on digits.test first=5"
    ),
    Topic(
      words: ["tflite", "flatbuffer"],
      text: [
        "A .tflite file holds the operations, tensors and quantization of a model so that it can be"
          + " read in place; bytes 4 to 7 are 'TFL3'. As a C array it becomes part of a firmware."
      ],
      example: "export lite to \"model.cc\""
    ),
    Topic(
      words: ["hybrid", "dynamic", "híbrido"],
      text: [
        "A hybrid (dynamic range) model keeps its weights as int8 and its values as floats, which it"
          + " rounds anew for every sample. Its file is nearly as small as that of an int8 model, and no"
          + " calibration is needed.",
        "Microcontroller runtimes have no kernels that multiply floats with int8 weights, so they refuse"
          + " it: quantize to int8 with calibration samples instead.",
      ],
      example: "hybrid = quantize base to dynamic"
    ),
    Topic(
      words: ["transfer", "extractor", "transferência"],
      text: [
        "The first layers of a trained network see edges and shapes that other tasks need too. A new"
          + " network takes them over, frozen, and learns only its last layers: from few samples, and in"
          + " little time."
      ],
      example: "network n { input 28x28x1; use pretrained first=6; dense 3 softmax }"
    ),
    Topic(
      words: ["stacks", "tensorflow", "tflm"],
      text: [
        "Three stacks: TensorFlow and Keras train on computers; TensorFlow Lite (LiteRT) runs"
          + " .tflite files on phones and small computers; TensorFlow Lite Micro runs them on"
          + " microcontrollers, in about 16 KB of code with no operating system and no malloc."
      ],
      example: "explain pipeline"
    ),
    Topic(
      words: ["pipeline", "fluxo"],
      text: [
        "data → train → compress → convert → deploy.",
        "dataset gives samples, train makes a network of floats, prune, cluster, distill and"
          + " quantize make it small, convert writes a .tflite file, and deploy places it on a"
          + " board and says whether it fits.",
      ],
      example: "run \"Notebooks/00-tour.jatai\""
    ),
  ]
}
