"""usage: compare.py JATAI FOLDER [MODEL.tflite ...]

Exports our networks to FOLDER in every kind that their layers have, runs each file and each MODEL through
LiteRT's reference kernels and TensorFlow Lite Micro's on random inputs, and writes what they gave as a folder
of vectors for `jatai conformance`. States begin anew with each row under LiteRT and go on under TensorFlow
Lite Micro.
"""
import json, os, shutil, subprocess, sys, zlib

import numpy as np
from ai_edge_litert.interpreter import Interpreter, OpResolverType
from tflite_micro.python.tflite_micro import runtime

ROWS = 50
ALL = ["int8", "int16x8", "int4", "float16", "dynamic"]
# What has a form with int16 activations; the others use operations that have none.
WITHOUT_WORDS = ["int8", "int4", "float16", "dynamic"]
# Left out because one row in fifty differs by a step: gru with int16 activations under TensorFlow Lite
# Micro, and the hybrid lstm of LiteRT, which rounds its floats anew at every step.
RECURRENT = ["int8", "int4", "float16"]
NETWORKS = {
    "mlp": ("mlp", [64], ALL),
    "lenet": ("lenet", [28, 28, 1], ALL),
    "dscnn": ("zoo.dscnn()", [49, 10, 1], ALL),
    "resnet8": ("zoo.resnet8()", [32, 32, 3], ALL),
    "mobilenet": ("zoo.mobilenet_v1(width=0.25, input=96x96x3, classes=2)", [96, 96, 3], ALL),
    "autoencoder": ("zoo.autoencoder()", [640], ALL),
    "recurrent": ("recurrent", [28, 28], RECURRENT),
    "gated": ("gated", [28, 28], WITHOUT_WORDS),
    "attending": ("attending", [49, 10], WITHOUT_WORDS),
    "mixed": ("mixed", [16, 16, 3], WITHOUT_WORDS),
    "series": ("series", [32, 4], ALL),
}


def export(jatai, folder):
    here = os.path.dirname(os.path.abspath(__file__))
    lines = [open(f"{here}/networks.jatai").read()]
    for name, (network, shape, kinds) in NETWORKS.items():
        # The last column is the answer, which calibration does not read.
        random = np.random.RandomState(zlib.crc32(name.encode()))
        np.save(f"{folder}/{name}.npy", random.rand(20, int(np.prod(shape)) + 1).astype(np.float32))
        lines.append(f"net = {network}")
        lines.append(f'data = dataset "{name}.npy" shape={list(shape)}')
        lines.append(f'export net to "{name}.float32.tflite"')
        for kind in kinds:
            lines.append(f"lite = quantize net to {kind} calibrate=data")
            lines.append(f'export lite to "{name}.{kind}.tflite"')
    # One scale a layer: LiteRT's convolution then quantizes its input around 0.
    lines += ["lite = quantize lenet to dynamic granularity=tensor", 'export lite to "lenet_whole.dynamic.tflite"']
    open(f"{folder}/export.jatai", "w").write("\n".join(lines) + "\n")
    subprocess.run([jatai, "run", "export.jatai"], cwd=folder, check=True)


def inputs_for(path, detail):
    random = np.random.RandomState(zlib.crc32(os.path.basename(path).encode()))
    shape, kind = (ROWS, *detail["shape"]), detail["dtype"]
    if kind == np.float32:
        return random.rand(*shape).astype(np.float32)
    limits = np.iinfo(kind)
    return random.randint(limits.min, limits.max + 1, shape).astype(kind)


def official(path):
    interpreter = Interpreter(path, experimental_op_resolver_type=OpResolverType.BUILTIN_REF)
    interpreter.allocate_tensors()
    return interpreter


def run_official(interpreter, inputs):
    given, taken = interpreter.get_input_details()[0], interpreter.get_output_details()[0]
    rows = []
    for row in inputs:
        interpreter.reset_all_variables()
        interpreter.set_tensor(given["index"], row)
        interpreter.invoke()
        rows.append(interpreter.get_tensor(taken["index"])[0].copy())
    return np.stack(rows)


def run_micro(path, inputs):
    interpreter, rows = runtime.Interpreter.from_file(path), []
    for row in inputs:
        interpreter.set_input(row, 0)
        interpreter.invoke()
        rows.append(interpreter.get_output(0)[0].copy())
    return np.stack(rows)


def main(jatai, folder, models):
    export(jatai, folder)
    for model in models:
        shutil.copy(model, folder)
    names = sorted(f[: -len(".tflite")] for f in os.listdir(folder) if f.endswith(".tflite"))
    entries, micro = [], {}
    for name in names:
        path, mode = f"{folder}/{name}.tflite", name.split(".")[-1]
        if mode not in ALL + ["float32"]:
            mode = "float32" if "float" in name or "fp32" in name or name == "pretrainedResnet" else "int8"
        interpreter = official(path)
        inputs = inputs_for(path, interpreter.get_input_details()[0])
        np.savez(f"{folder}/{name}.npz", x=inputs[:, 0], y=run_official(interpreter, inputs))
        if mode not in ("float16", "dynamic"):
            try:
                micro[name] = run_micro(path, inputs)
            except Exception as refusal:
                print(f"{name}: TensorFlow Lite Micro refuses it: {str(refusal).strip().splitlines()[-1]}")
        entries.append(
            {"id": name, "mode": mode, "tflite": f"{name}.tflite", "npz": f"{name}.npz", "reference": "BUILTIN_REF"}
        )
    np.savez(f"{folder}/tflm.npz", **micro)
    json.dump({"models": entries}, open(f"{folder}/manifest.json", "w"), indent=1)
    print(f"{len(entries)} models run by LiteRT, {len(micro)} by TensorFlow Lite Micro, {ROWS} inputs each")


main(sys.argv[1], sys.argv[2], sys.argv[3:])
