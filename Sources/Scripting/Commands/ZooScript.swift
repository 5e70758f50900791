/// The declarations of the zoo, a script like any other.
///
/// The last comment line before a network is its line in `help`.
enum ZooScript {
  static let text = #"""
    # Channels as MobileNetV2 rounds them: to a multiple of 8, never below nine tenths.
    func divisible(x) {
      n = max(8, 8 * floor((x + 4) / 8))
      return if n < 0.9 * x then n + 8 else n
    }

    # LeNet-5 for digits (LeCun et al., 1998), with full connections between its convolutions.
    network lenet5(input = 28x28x1, classes = 10) {
      input (input)
      conv 6 5x5 pad=same tanh
      avgpool 2x2
      conv 16 5x5 tanh
      avgpool 2x2
      flatten
      dense 120 tanh
      dense 84 tanh
      dense classes softmax
    }

    # The paper's local response normalisation is left out, as it has no weights.
    # AlexNet (Krizhevsky et al., 2012), whose convolutions 2, 4 and 5 ran on two cards.
    network alexnet(grouped = true, input = 227x227x3, classes = 1000) {
      input (input)
      conv 96 11x11 stride=4 relu
      maxpool 3x3 stride=2
      conv 256 5x5 pad=same groups=(if grouped then 2 else 1) relu
      maxpool 3x3 stride=2
      conv 384 3x3 pad=same relu
      conv 384 3x3 pad=same groups=(if grouped then 2 else 1) relu
      conv 256 3x3 pad=same groups=(if grouped then 2 else 1) relu
      maxpool 3x3 stride=2
      flatten
      dense 4096 relu
      dropout 50%
      dense 4096 relu
      dropout 50%
      dense classes softmax
    }

    # VGG-16 (Simonyan and Zisserman, 2014).
    network vgg16(input = 224x224x3, classes = 1000) {
      input (input)
      for stage in [[64, 2], [128, 2], [256, 3], [512, 3], [512, 3]] {
        repeat (stage[1]) { conv (stage[0]) 3x3 pad=same relu }
        maxpool 2x2
      }
      flatten
      dense 4096 relu
      dropout 50%
      dense 4096 relu
      dropout 50%
      dense classes softmax
    }

    # The stride stands in the 3x3 convolution of a block, as in all later implementations.
    # ResNet-50 (He et al., 2015).
    network resnet50(input = 224x224x3, classes = 1000) {
      input (input)
      conv 64 7x7 stride=2 pad=same bias=false
      batchnorm
      relu
      maxpool 3x3 stride=2 pad=same
      for stage in [[64, 3, 1], [128, 4, 2], [256, 6, 2], [512, 3, 2]] {
        residual {
          conv (stage[0]) 1x1 bias=false
          batchnorm
          relu
          conv (stage[0]) 3x3 stride=stage[2] pad=same bias=false
          batchnorm
          relu
          conv (4 * stage[0]) 1x1 bias=false
          batchnorm
        } shortcut {
          conv (4 * stage[0]) 1x1 stride=stage[2] bias=false
          batchnorm
        }
        relu
        repeat (stage[1] - 1) {
          residual {
            conv (stage[0]) 1x1 bias=false
            batchnorm
            relu
            conv (stage[0]) 3x3 pad=same bias=false
            batchnorm
            relu
            conv (4 * stage[0]) 1x1 bias=false
            batchnorm
          }
          relu
        }
      }
      avgpool global
      dense classes softmax
    }

    # ResNet-8 for small images (MLPerf Tiny).
    network resnet8(input = 32x32x3, classes = 10) {
      input (input)
      conv 16 3x3 pad=same
      batchnorm
      relu
      residual {
        conv 16 3x3 pad=same
        batchnorm
        relu
        conv 16 3x3 pad=same
        batchnorm
      }
      relu
      for filters in [32, 64] {
        residual {
          conv filters 3x3 stride=2 pad=same
          batchnorm
          relu
          conv filters 3x3 pad=same
          batchnorm
        } shortcut {
          conv filters 1x1 stride=2
        }
        relu
      }
      avgpool global
      dense classes softmax
    }

    # DS-CNN for spoken words (Zhang et al., 2017; MLPerf Tiny).
    network dscnn(input = 49x10x1, classes = 12, filters = 64) {
      input (input)
      conv filters 10x4 stride=2 pad=same
      batchnorm
      relu
      dropout 20%
      repeat 4 {
        depthwise 3x3 pad=same
        batchnorm
        relu
        conv filters 1x1
        batchnorm
        relu
      }
      dropout 40%
      avgpool global
      dense classes softmax
    }

    # Inputs of another size have MLPerf Tiny's two classes and biases, unless you say otherwise.
    # MobileNetV1 (Howard et al., 2017); width=0.25 input=96x96x3 is MLPerf Tiny's person detection.
    network mobilenet_v1(
      width = 1,
      input = 224x224x3,
      classes = if input == 224x224x3 then 1000 else 2,
      biases = input != 224x224x3
    ) {
      input (input)
      conv (floor(32 * width)) 3x3 stride=2 pad=same bias=biases
      batchnorm
      relu
      for block in [
        [64, 1], [128, 2], [128, 1], [256, 2], [256, 1], [512, 2], [512, 1], [512, 1], [512, 1],
        [512, 1], [512, 1], [1024, 2], [1024, 1]
      ] {
        depthwise 3x3 stride=block[1] pad=same bias=biases
        batchnorm
        relu
        conv (floor(block[0] * width)) 1x1 bias=biases
        batchnorm
        relu
      }
      avgpool global
      dense classes softmax
    }

    # Each row: how much a block widens, its inputs and outputs, how many there are, the first's stride.
    # MobileNetV2 (Sandler et al., 2018).
    network mobilenet_v2(width = 1, input = 224x224x3, classes = 1000) {
      input (input)
      conv (divisible(32 * width)) 3x3 stride=2 pad=same bias=false
      batchnorm
      relu6
      for row in [
        [1, 32, 16, 1, 1], [6, 16, 24, 2, 2], [6, 24, 32, 3, 2], [6, 32, 64, 4, 2],
        [6, 64, 96, 3, 1], [6, 96, 160, 3, 2], [6, 160, 320, 1, 1]
      ] {
        if row[0] > 1 {
          conv (row[0] * divisible(row[1] * width)) 1x1 bias=false
          batchnorm
          relu6
        }
        depthwise 3x3 stride=row[4] pad=same bias=false
        batchnorm
        relu6
        conv (divisible(row[2] * width)) 1x1 bias=false
        batchnorm
        for number in range(row[3] - 1) {
          residual {
            conv (row[0] * divisible(row[2] * width)) 1x1 bias=false
            batchnorm
            relu6
            depthwise 3x3 pad=same bias=false
            batchnorm
            relu6
            conv (divisible(row[2] * width)) 1x1 bias=false
            batchnorm
          }
        }
      }
      conv (divisible(1280 * max(1, width))) 1x1 bias=false
      batchnorm
      relu6
      avgpool global
      dense classes softmax
    }

    # Auto-encoder for the sounds of machines (MLPerf Tiny's anomaly detection).
    network autoencoder(input = 640, hidden = 128, code = 8) {
      input (input)
      repeat 4 {
        dense hidden
        batchnorm
        relu
      }
      dense code
      batchnorm
      relu
      repeat 4 {
        dense hidden
        batchnorm
        relu
      }
      dense input
    }
    """#
}
