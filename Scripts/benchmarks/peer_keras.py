"""python peer_keras.py NETWORK loop|xla: trains a reference network with TensorFlow.

A hand-written tf.function for the step inside one for the epoch, over tensors in memory, which is
quicker than fit(); xla also compiles the step.
"""
import os
import sys

os.environ.update(TF_CPP_MIN_LOG_LEVEL="3", CUDA_VISIBLE_DEVICES="-1")
import tensorflow as tf
import keras
from keras import layers as L
from peer_data import AUTOENCODER_UNITS, BATCH, MOBILENET_BLOCKS, NETWORKS, report, samples

name, mode = sys.argv[1:3]
tf.config.threading.set_intra_op_parallelism_threads(2)
tf.config.threading.set_inter_op_parallelism_threads(2)
keras.utils.set_random_seed(0)
shape, classes, count = NETWORKS[name]


def normalized(x, layer):
    return L.ReLU()(L.BatchNormalization()(layer(x)))


def convolved(x, filters, size, stride=1):
    return normalized(x, L.Conv2D(filters, size, stride, padding="same"))


def separable(x, filters, stride=1):
    x = normalized(x, L.DepthwiseConv2D(3, stride, padding="same"))
    return convolved(x, filters, 1)


def residual(x, filters, stride):
    y = convolved(x, filters, 3, stride)
    y = L.BatchNormalization()(L.Conv2D(filters, 3, padding="same")(y))
    if stride > 1:
        x = L.Conv2D(filters, 1, stride)(x)
    return L.ReLU()(L.Add()([x, y]))


def build():
    x = inputs = L.Input(shape)
    match name:
        case "mlp":
            x = L.Dense(16, "relu")(L.Dense(32, "relu")(x))
        case "lenet":
            for filters in (8, 16):
                x = L.MaxPooling2D()(L.Conv2D(filters, 3, activation="relu")(x))
            x = L.Flatten()(x)
        case "dscnn":
            x = convolved(x, 64, (10, 4), 2)
            for _ in range(4):
                x = separable(x, 64)
            x = L.GlobalAveragePooling2D()(x)
        case "resnet8":
            x = convolved(x, 16, 3)
            for filters, stride in ((16, 1), (32, 2), (64, 2)):
                x = residual(x, filters, stride)
            x = L.GlobalAveragePooling2D()(x)
        case "mobilenet":
            x = convolved(x, 8, 3, 2)
            for filters, stride in MOBILENET_BLOCKS:
                x = separable(x, filters, stride)
            x = L.GlobalAveragePooling2D()(x)
        case "ae":
            for units in AUTOENCODER_UNITS:
                x = normalized(x, L.Dense(units))
            return keras.Model(inputs, L.Dense(640)(x))
        case "lstm":
            x = L.LSTM(64)(x)
        case "gru":
            x = L.GRU(32)(x)
        case "attn":
            x = L.Dense(32)(x)
            query, key, value = (L.Dense(32)(x) for _ in range(3))
            y = L.Dense(32)(L.Attention()([query * 32 ** -0.5, value, key]))
            x = L.LayerNormalization(epsilon=1e-5)(L.Add()([x, y]))
            x = L.GlobalAveragePooling1D()(x)
    return keras.Model(inputs, L.Dense(classes)(x))


x, y = (tf.constant(values) for values in samples(name))
model = build()
optimizer = keras.optimizers.Adam(1e-3)
optimizer.build(model.trainable_variables)


@tf.function(jit_compile=mode == "xla")
def step(inputs, answers):
    with tf.GradientTape() as tape:
        outputs = model(inputs, training=True)
        if classes is None:
            loss = tf.reduce_mean(tf.square(outputs - answers))
        else:
            loss = tf.reduce_mean(
                tf.nn.sparse_softmax_cross_entropy_with_logits(answers, outputs))
    gradients = tape.gradient(loss, model.trainable_variables)
    optimizer.apply(gradients, model.trainable_variables)
    return loss


@tf.function
def epoch():
    order = tf.random.shuffle(tf.range(count))
    loss = 0.0
    for start in tf.range(0, count, BATCH):
        batch = tf.ensure_shape(order[start:start + BATCH], (BATCH,))
        loss = step(tf.gather(x, batch), tf.gather(y, batch))
    return loss


report(name, "TensorFlow-" + mode, lambda: epoch().numpy())
