"""Makes Tests/NetworksTests/KerasValues.swift: what Keras 3 computes, in double precision.

Usage: python networks.py > ../NetworksTests/KerasValues.swift   (needs tensorflow-cpu)

Weights and inputs are `fill(count, seed)`, a formula that the Swift tests repeat, so that only
results are recorded.
"""
import os
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import numpy as np
import keras
from keras import layers as L, ops

keras.backend.set_floatx("float64")


def fill(shape, seed, scale=1.0):
    count = int(np.prod(shape))
    i = np.arange(count, dtype=np.int64)
    values = ((i * 7919 + seed * 104729) % 2003) / 1001.5 - 1
    return (values * scale).astype(np.float32).astype(np.float64).reshape(shape)


def show(name, values):
    flat = np.asarray(values).reshape(-1)
    print(f"  static let {name}: [Double] = [")
    for start in range(0, len(flat), 6):
        print("    " + ", ".join(f"{v:.9g}" for v in flat[start:start + 6]) + ",")
    print("  ]\n")


def forward(name, shape, layer, samples=2, training=False):
    x = keras.Input(shape)
    model = keras.Model(x, layer(x))
    model.set_weights([fill(w.shape, 2 + k, 0.5) for k, w in enumerate(model.get_weights())])
    show(name, model(fill((samples,) + shape, 1), training=training))
    return model


print("// Made by Tests/Oracles/networks.py with Keras %s in double precision." % keras.__version__)
print("\n/// Outputs of Keras layers and losses of Keras training runs.\nenum KerasValues {")
act = lambda name: L.Activation(name)
forward("dense", (5,), L.Dense(3))
forward("convSame", (5, 6, 2), L.Conv2D(3, 3, strides=2, padding="same", activation="relu"), 1)
forward("convValid", (6, 5, 2), L.Conv2D(2, (3, 2), strides=(2, 1)), 1)
forward("convDilated", (7, 7, 2), L.Conv2D(2, 3, dilation_rate=2), 1)
forward("convGroups", (4, 4, 4), L.Conv2D(6, 3, groups=2, padding="same"), 1)
forward("depthwise", (5, 4, 3), L.DepthwiseConv2D(3, padding="same", depth_multiplier=2), 1)
forward("depthwiseStride", (6, 7, 2), L.DepthwiseConv2D(3, strides=2, padding="same"), 1)
forward("maxPool", (5, 5, 2), L.MaxPooling2D(2), 1)
forward("maxPoolSame", (5, 5, 2), L.MaxPooling2D(3, strides=2, padding="same"), 1)
forward("averagePoolSame", (5, 5, 2), L.AveragePooling2D(2, padding="same"), 1)
forward("averagePoolGlobal", (3, 4, 2), L.GlobalAveragePooling2D())
forward("maxPoolGlobal", (3, 4, 2), L.GlobalMaxPooling2D())
for name in ["relu6", "sigmoid", "tanh", "softmax", "softplus", "gelu", "hard_swish", "hard_sigmoid"]:
    x = fill((2, 6), 1, 5)
    y = act(name)(x) if name != "gelu" else keras.activations.gelu(ops.convert_to_tensor(x), approximate=False)
    show("activation" + "".join(p.capitalize() for p in name.split("_")), y)
show("activationLeaky", keras.activations.leaky_relu(ops.convert_to_tensor(fill((2, 6), 1, 5)), negative_slope=0.2))

bn = L.BatchNormalization()
bn.build((None, 3, 2, 2))
show("batchNormTraining", bn(fill((6, 3, 2, 2), 1, 2) + 0.5, training=True))
show("batchNormMovingMean", bn.moving_mean)
show("batchNormMovingVariance", bn.moving_variance)
show("batchNormInference", bn(fill((6, 3, 2, 2), 1, 2) + 0.5, training=False))


def training(name, optimizer, loss="sparse_categorical_crossentropy", last="softmax"):
    x = keras.Input((4,))
    h = L.Dense(8, activation="tanh")(x)
    model = keras.Model(x, L.Dense(3, activation=last)(h))
    for k, w in enumerate(model.weights):
        w.assign(fill(w.shape, 2 + k, 0.5))
    X = fill((12, 4), 1)
    y = np.arange(12) % 3 if loss.startswith("sparse") else fill((12, 3), 9)
    losses = []
    model.compile(optimizer, loss)
    import tensorflow as tf
    lossf = keras.losses.get(loss)
    for step in range(10):
        s = step * 4 % 12
        with tf.GradientTape() as tape:
            value = tf.reduce_mean(lossf(tf.constant(y[s:s + 4]), model(X[s:s + 4])))
        grads = tape.gradient(value, model.trainable_weights)
        optimizer.apply(grads, model.trainable_weights)
        losses.append(float(value))
    show(name, losses)


O = keras.optimizers
training("lossesSgd", O.SGD(0.1))
training("lossesMomentum", O.SGD(0.1, momentum=0.9))
training("lossesNesterov", O.SGD(0.1, momentum=0.9, nesterov=True))
training("lossesAdam", O.Adam(0.01))
# A tiny epsilon, since Keras adds it under the root and the kernels beside it.
training("lossesRmsprop", O.RMSprop(0.01, rho=0.9, epsilon=1e-14))
training("lossesAdagrad", O.Adagrad(0.1, initial_accumulator_value=0.0, epsilon=1e-14))
training("lossesSquared", O.Adam(0.01), "mean_squared_error", "linear")
training("lossesAbsolute", O.SGD(0.1), "mean_absolute_error", "linear")
training("lossesHuber", O.SGD(0.1), "huber", "linear")


# Layers of sequences and the others of LANGUAGE section 4.
forward("conv1d", (7, 2), L.Conv1D(3, 3, padding="same", strides=2))
forward("deconvValid", (3, 4, 2), L.Conv2DTranspose(3, 3, strides=2), 1)
forward("deconvSame", (3, 4, 2), L.Conv2DTranspose(3, 3, strides=2, padding="same"), 1)
forward("upsample", (2, 3, 2), L.UpSampling2D(2), 1)
forward("layerNorm", (4, 5), L.LayerNormalization(epsilon=1e-3))
forward("rnn", (5, 3), L.SimpleRNN(4))
forward("rnnSequence", (5, 3), L.SimpleRNN(4, return_sequences=True), 1)
forward("lstm", (5, 3), L.LSTM(4))
forward("lstmSequence", (5, 3), L.LSTM(4, return_sequences=True), 1)
forward("gru", (5, 3), L.GRU(4))
forward("gruSequence", (5, 3), L.GRU(4, return_sequences=True), 1)
forward("bidirectional", (5, 3), L.Bidirectional(L.LSTM(4)))
forward("bidirectionalSequence", (4, 3), L.Bidirectional(L.GRU(2, return_sequences=True)), 1)


def attention(name, causal):
    x = keras.Input((4, 3))
    layer = L.MultiHeadAttention(2, 5, output_shape=3)
    model = keras.Model(x, layer(x, x, use_causal_mask=causal))
    # Order of Keras: query, key, value, output, each kernel then bias.
    model.set_weights([fill(w.shape, 2 + k, 0.5) for k, w in enumerate(model.get_weights())])
    show(name, model(fill((1, 4, 3), 1)))


attention("attention", False)
attention("attentionCausal", True)
print("}")
