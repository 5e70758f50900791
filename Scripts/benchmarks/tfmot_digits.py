"""TFMOT's own examples on the digits CNN as a whole process: prune | cluster | aware."""
import os
import sys

os.environ["TF_USE_LEGACY_KERAS"] = "1"
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")

import numpy as np
import tensorflow as tf
import tensorflow_model_optimization as tfmot
import tf_keras as keras
from sklearn.datasets import load_digits

task = sys.argv[1]
digits = load_digits()
order = np.random.RandomState(0).permutation(len(digits.target))
x = (digits.data / 16.0).astype("float32")[order].reshape(-1, 8, 8, 1)
y = digits.target.astype("int64")[order]
train_x, train_y, test_x, test_y = x[:1437], y[:1437], x[1437:], y[1437:]
keras.utils.set_random_seed(0)
layers = keras.layers
model = keras.Sequential(
    [
        layers.Input((8, 8, 1)),
        layers.Conv2D(8, 3, activation="relu", padding="same"),
        layers.MaxPooling2D(),
        layers.Conv2D(16, 3, activation="relu", padding="same"),
        layers.MaxPooling2D(),
        layers.Flatten(),
        layers.Dense(10, activation="softmax"),
    ]
)


def fit(network, epochs, rate, callbacks=()):
    network.compile(keras.optimizers.Adam(rate), "sparse_categorical_crossentropy")
    network.fit(train_x, train_y, batch_size=32, epochs=epochs, verbose=0, callbacks=list(callbacks))


def accuracy(network):
    answers = network.predict(test_x, batch_size=360, verbose=0).argmax(1)
    return float((answers == test_y).mean())


fit(model, 40, 2e-3)
before = accuracy(model)
if task == "prune":
    steps = len(train_x) // 32 + 1
    schedule = tfmot.sparsity.keras.PolynomialDecay(0.0, 0.8, 0, steps * 6)
    model = tfmot.sparsity.keras.prune_low_magnitude(model, pruning_schedule=schedule)
    fit(model, 10, 1e-3, [tfmot.sparsity.keras.UpdatePruningStep()])
    model = tfmot.sparsity.keras.strip_pruning(model)
    after = accuracy(model)
elif task == "cluster":
    model = tfmot.clustering.keras.cluster_weights(
        model,
        number_of_clusters=16,
        cluster_centroids_init=tfmot.clustering.keras.CentroidInitialization.KMEANS_PLUS_PLUS,
    )
    fit(model, 10, 1e-4)
    model = tfmot.clustering.keras.strip_clustering(model)
    after = accuracy(model)
else:
    from ai_edge_litert.interpreter import Interpreter

    model = tfmot.quantization.keras.quantize_model(model)
    fit(model, 10, 1e-3)
    converter = tf.lite.TFLiteConverter.from_keras_model(model)
    converter.optimizations = [tf.lite.Optimize.DEFAULT]
    interpreter = Interpreter(model_content=converter.convert())
    interpreter.allocate_tensors()
    into = interpreter.get_input_details()[0]["index"]
    out = interpreter.get_output_details()[0]["index"]
    hits = 0
    for sample, label in zip(test_x, test_y):
        interpreter.set_tensor(into, sample[None])
        interpreter.invoke()
        hits += int(interpreter.get_tensor(out)[0].argmax() == label)
    after = hits / len(test_y)
print("before", before, "after", after)
