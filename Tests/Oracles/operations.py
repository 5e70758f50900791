"""Makes Tests/OperationVectors: one model an operation, with the outputs of two reference interpreters.

usage: python operations.py FOLDER

Needs tensorflow-cpu 2.21.0 (for the schema's classes alone), ai-edge-litert 2.3.0 and tflite-micro
0.dev20261023182759. Models are built field by field, so that converters cannot rewrite them; weights and
inputs are random with a fixed seed. `y` of FOLDER/<id>.npz comes from LiteRT's reference kernels
(OpResolverType.BUILTIN_REF; states are reset for every row), `tflm.npz` by id from TensorFlow Lite Micro's
(states go on from row to row). Vectors that an interpreter refuses lack its answers.
"""
import hashlib, json, sys
from importlib.metadata import version

import flatbuffers
import numpy as np
from ai_edge_litert.interpreter import Interpreter, OpResolverType
from tensorflow.lite.python import schema_py_generated as schema
from tflite_micro.python.tflite_micro import runtime

ROWS = 6
TYPES = {np.float32: 0, np.int32: 2, np.int16: 7, np.int8: 9}
random = np.random.default_rng(5)


class Maker:
    """A model of one graph, tensor by tensor."""

    def __init__(self, name, mode):
        self.id, self.name, self.mode = f"{name}.{mode}", name, mode
        self.buffers, self.tensors, self.operators, self.codes = [schema.BufferT()], [], [], []

    def tensor(self, shape, kind, scale=None, zero=0, data=None, variable=False, axis=None):
        tensor = schema.TensorT()
        tensor.name, tensor.shape, tensor.type = f"t{len(self.tensors)}", list(shape), TYPES[kind]
        tensor.isVariable = variable
        if scale is not None:
            tensor.quantization = schema.QuantizationParametersT()
            scales = np.atleast_1d(np.float32(scale))
            tensor.quantization.scale = list(scales)
            tensor.quantization.zeroPoint = [zero] * len(scales)
            if axis is not None:
                tensor.quantization.quantizedDimension = axis
        if data is not None:
            buffer = schema.BufferT()
            buffer.data = np.frombuffer(np.ascontiguousarray(data, kind).tobytes(), np.uint8)
            self.buffers.append(buffer)
            tensor.buffer = len(self.buffers) - 1
        self.tensors.append(tensor)
        return len(self.tensors) - 1

    def operation(self, name, inputs, outputs, options=None, version=1, intermediates=None):
        code = schema.OperatorCodeT()
        number = getattr(schema.BuiltinOperator, name)
        code.builtinCode, code.deprecatedBuiltinCode, code.version = number, min(number, 127), version
        self.codes.append(code)
        operator = schema.OperatorT()
        operator.opcodeIndex, operator.inputs, operator.outputs = len(self.codes) - 1, inputs, outputs
        if options is not None:
            kind = type(options).__name__[:-1]
            operator.builtinOptionsType = getattr(schema.BuiltinOptions, kind)
            operator.builtinOptions = options
        if intermediates:
            operator.intermediates = intermediates
        self.operators.append((name, operator))

    def bytes(self, inputs, outputs):
        graph = schema.SubGraphT()
        graph.tensors, graph.inputs, graph.outputs = self.tensors, inputs, outputs
        graph.operators, graph.name = [o for _, o in self.operators], "main"
        model = schema.ModelT()
        model.version, model.description, model.subgraphs = 3, "vector", [graph]
        model.buffers, model.operatorCodes = self.buffers, self.codes
        builder = flatbuffers.Builder(1024)
        builder.Finish(model.Pack(builder), b"TFL3")
        return bytes(builder.Output())


def options(name, **fields):
    made = getattr(schema, name + "T")()
    for field, value in fields.items():
        setattr(made, field, value)
    return made


KINDS = {"float32": np.float32, "int8": np.int8, "int16x8": np.int16}


def scale_of(mode):
    return {"float32": None, "int8": 0.05, "int16x8": 0.0002}[mode]


def zero_of(mode):
    return -7 if mode == "int8" else 0


def simple(name, mode, operation, shape, output, extra=(), made=None, version=1, same=True):
    """An operation from one input to one output with integer constants as its other inputs."""
    maker, kind = Maker(name, mode), KINDS[mode]
    given = maker.tensor(shape, kind, scale_of(mode), zero_of(mode))
    constants = [maker.tensor(np.shape(c), np.int32, data=c) for c in extra]
    out_scale, out_zero = (scale_of(mode), zero_of(mode)) if same or mode == "float32" else (0.11, 3)
    taken = maker.tensor(output, kind, out_scale, out_zero)
    maker.operation(operation, [given] + constants, [taken], made, version)
    return maker, given, taken


def cast(mode):
    maker, kind = Maker("cast", mode), KINDS[mode]
    given = maker.tensor([1, 12], kind, scale_of(mode), zero_of(mode))
    whole = maker.tensor([1, 12], np.int32)
    back = maker.tensor([1, 12], np.float32)
    for source, target, types in ((given, whole, (TYPES[kind], 2)), (whole, back, (2, 0))):
        maker.operation("CAST", [source], [target], options("CastOptions", inDataType=types[0], outDataType=types[1]))
    return maker, given, back


def gather_table(mode):
    maker, kind = Maker("gather_table", mode), KINDS[mode]
    table = random.standard_normal((9, 5)) if mode == "float32" else random.integers(-128, 128, (9, 5))
    given = maker.tensor([1, 6], np.int32)
    rows = maker.tensor([9, 5], kind, scale_of(mode), zero_of(mode), table)
    taken = maker.tensor([1, 6, 5], kind, scale_of(mode), zero_of(mode))
    maker.operation("GATHER", [rows, given], [taken], options("GatherOptions", axis=0), 1 if mode == "float32" else 2)
    return maker, given, taken


def grouped(mode):
    maker, kind = Maker("conv_groups", mode), KINDS[mode]
    shape = (8, 3, 3, 2)
    given = maker.tensor([1, 7, 6, 4], kind, scale_of(mode), zero_of(mode))
    if mode == "float32":
        weights = maker.tensor(shape, kind, data=random.standard_normal(shape))
        bias = maker.tensor([8], np.float32, data=random.standard_normal(8))
        taken = maker.tensor([1, 4, 3, 8], kind)
    else:
        scales = np.float32(random.uniform(0.002, 0.01, 8))
        weights = maker.tensor(shape, np.int8, scales, 0, random.integers(-127, 128, shape), axis=0)
        wide = np.float32(np.float64(scale_of(mode)) * scales)
        bias = maker.tensor([8], np.int32, wide, 0, random.integers(-800, 800, 8), axis=0)
        taken = maker.tensor([1, 4, 3, 8], kind, 0.09, -12)
    window = options("Conv2DOptions", padding=0, strideW=2, strideH=2, dilationWFactor=1, dilationHFactor=1)
    window.fusedActivationFunction = 1
    maker.operation("CONV_2D", [given, weights, bias], [taken], window, 1 if mode == "float32" else 3)
    return maker, given, taken


def svdf(mode, narrow=False):
    maker, kind = Maker("svdf_narrow" if narrow else "svdf", mode), KINDS[mode]
    inputs, units, rank, memory = 10, 6, 2, 5
    filters, state = units * rank, np.int8 if narrow else np.int16
    given = maker.tensor([1, inputs], kind, scale_of(mode), zero_of(mode))
    shapes = ((filters, inputs), (filters, memory), (units,))
    if mode == "float32":
        constants = [maker.tensor(s, kind, data=random.standard_normal(s)) for s in shapes]
        memories = maker.tensor([1, filters * memory], kind, variable=True)
        taken = maker.tensor([1, units], kind)
    else:
        features = maker.tensor(shapes[0], np.int8, 0.01, 0, random.integers(-127, 128, shapes[0]))
        held = 0.02 if narrow else 0.0001
        limit, weight = (127, 0.007) if narrow else (20000, 0.00003)
        times = maker.tensor(shapes[1], state, weight, 0, random.integers(-limit, limit, shapes[1]))
        bias = maker.tensor(shapes[2], np.int32, held * weight, 0, random.integers(-2000, 2000, shapes[2]))
        constants = [features, times, bias]
        memories = maker.tensor([1, filters * memory], state, held, 4 if narrow else 0, variable=True)
        taken = maker.tensor([1, units], kind, 0.03, -128)
    made = options("SVDFOptions", rank=rank, fusedActivationFunction=1)
    maker.operation("SVDF", [given] + constants + [memories], [taken], made, 1 if mode == "float32" else 3)
    return maker, given, taken


def lstm(name, cell_power, clip):
    """int8 with cells of another scale than converters choose for small networks."""
    maker, cells, inputs, steps = Maker(name, "int8"), 7, 5, 9
    given = maker.tensor([1, steps, inputs], np.int8, 0.04, 11)
    weights = [maker.tensor([cells, inputs], np.int8, 0.02, 0, random.integers(-127, 128, (cells, inputs))) for _ in range(4)]
    recurrent = [maker.tensor([cells, cells], np.int8, 0.02, 0, random.integers(-127, 128, (cells, cells))) for _ in range(4)]
    bias = [maker.tensor([cells], np.int32, 0.0008, 0, random.integers(-2000, 2000, cells)) for _ in range(4)]
    state = maker.tensor([1, cells], np.int8, 0.0078125, 5, variable=True)
    content = maker.tensor([1, cells], np.int16, 2.0**cell_power, 0, variable=True)
    between = [maker.tensor([0], np.float32) for _ in range(4)]
    between.append(maker.tensor([0], np.int8, 0.0078125, 5))
    taken = maker.tensor([1, steps, cells], np.int8, 0.0078125, 5)
    made = options("UnidirectionalSequenceLSTMOptions", fusedActivationFunction=4, cellClip=clip, projClip=0.0)
    operands = [given] + weights + recurrent + [-1] * 3 + bias + [-1] * 2 + [state, content] + [-1] * 4
    maker.operation("UNIDIRECTIONAL_SEQUENCE_LSTM", operands, [taken], made, 3, between)
    return maker, given, taken


def splits(mode):
    maker, kind = Maker("split_uneven", mode), KINDS[mode]
    given = maker.tensor([1, 4, 6], kind, scale_of(mode), zero_of(mode))
    sizes = maker.tensor([3], np.int32, data=[1, 3, 2])
    axis = maker.tensor([], np.int32, data=2)
    parts = [maker.tensor([1, 4, n], kind, scale_of(mode), zero_of(mode)) for n in (1, 3, 2)]
    maker.operation("SPLIT_V", [given, sizes, axis], parts, options("SplitVOptions", numSplits=3), 2)
    return maker, given, parts[1]


def unpacked(mode):
    maker, kind = Maker("unpack", mode), KINDS[mode]
    given = maker.tensor([1, 3, 5], kind, scale_of(mode), zero_of(mode))
    parts = [maker.tensor([1, 5], kind, scale_of(mode), zero_of(mode)) for _ in range(3)]
    maker.operation("UNPACK", [given], parts, options("UnpackOptions", num=3, axis=1))
    return maker, given, parts[2]


def hybrid_dense(symmetric):
    """Float inputs of int8 weights, quantized around 0 or over their own range."""
    maker = Maker("dense_symmetric" if symmetric else "dense_asymmetric", "dynamic")
    given = maker.tensor([1, 40], np.float32)
    weights = maker.tensor((7, 40), np.int8, 0.01, 0, random.integers(-127, 128, (7, 40)), axis=0)
    bias = maker.tensor([7], np.float32, data=random.standard_normal(7))
    taken = maker.tensor([1, 7], np.float32)
    made = options("FullyConnectedOptions", asymmetricQuantizeInputs=not symmetric)
    maker.operation("FULLY_CONNECTED", [given, weights, bias], [taken], made, 3 if symmetric else 9)
    return maker, given, taken


def made_models():
    for mode in ("float32", "int8"):
        yield simple("gather", mode, "GATHER", [1, 5, 4], [1, 3, 4], [np.int32([4, 0, 3])], options("GatherOptions", axis=1), 1 if mode == "float32" else 2)
        yield gather_table(mode)
        yield simple("squeeze", mode, "SQUEEZE", [1, 1, 6, 1], [1, 6], made=options("SqueezeOptions", squeezeDims=[1, 3]))
        yield simple("expand_dims", mode, "EXPAND_DIMS", [1, 6], [1, 6, 1], [np.int32(-1)], options("ExpandDimsOptions"))
        yield cast(mode)
        yield grouped(mode)
        yield svdf(mode)
        yield splits(mode)
        yield unpacked(mode)
    for mode in ("float32", "int8", "int16x8"):
        yield simple("slice", mode, "SLICE", [1, 6, 5], [1, 3, 4], [np.int32([0, 2, 1]), np.int32([1, 3, -1])], options("SliceOptions"), {"float32": 1, "int8": 2, "int16x8": 4}[mode])
    yield simple("sqrt", "float32", "SQRT", [1, 20], [1, 20])
    yield svdf("int8", narrow=True)
    yield lstm("lstm_wide_cells", -11, 0.0)
    yield lstm("lstm_clipped", -13, 1.5)
    yield lstm("lstm_narrow_cells", -15, 0.0)
    yield hybrid_dense(symmetric=True)
    yield hybrid_dense(symmetric=False)


def inputs_for(maker, detail):
    shape, kind = (ROWS, *detail["shape"]), detail["dtype"]
    if kind == np.float32:
        values = random.standard_normal(shape).astype(np.float32)
        return np.abs(values) if maker.name == "sqrt" else values * np.float32(3)
    if kind == np.int32:
        return random.integers(0, 9, shape).astype(np.int32)
    limits = np.iinfo(kind)
    return random.integers(limits.min, limits.max + 1, shape).astype(kind)


def main(folder):
    entries, micro = [], {}
    for maker, given, taken in made_models():
        content, path = maker.bytes([given], [taken]), f"{folder}/{maker.id}.tflite"
        open(path, "wb").write(content)
        arrays, reference = {}, "refused by it"
        official = None
        try:
            if maker.name == "svdf_narrow":
                raise ValueError("LiteRT reads a memory of int8 as int16")
            official = Interpreter(path, experimental_op_resolver_type=OpResolverType.BUILTIN_REF)
            official.allocate_tensors()
        except Exception as refusal:
            print(maker.id, "LiteRT:", str(refusal).strip().splitlines()[-1][:150])
            official, reference = None, str(refusal).strip().splitlines()[-1]
        detail = {"shape": maker.tensors[given].shape, "dtype": {v: k for k, v in TYPES.items()}[maker.tensors[given].type]}
        inputs = inputs_for(maker, detail)
        arrays["x"] = inputs[:, 0]
        if official is not None:
            rows = []
            for row in inputs:
                official.reset_all_variables()
                official.set_tensor(official.get_input_details()[0]["index"], row)
                official.invoke()
                rows.append(official.get_tensor(official.get_output_details()[0]["index"])[0].copy())
            arrays["y"], reference = np.stack(rows), "BUILTIN_REF"
        np.savez(path[: -len(".tflite")] + ".npz", **arrays)
        try:
            small, rows = runtime.Interpreter.from_file(path), []
            for row in inputs:
                small.set_input(row, 0)
                small.invoke()
                rows.append(small.get_output(0)[0].copy())
            micro[maker.id] = np.stack(rows)
        except Exception as refusal:
            print(maker.id, "TFLM:", str(refusal).strip().splitlines()[-1][:150])
        entries.append(
            {
                "id": maker.id, "name": maker.name, "mode": maker.mode, "tflite": f"{maker.id}.tflite",
                "npz": f"{maker.id}.npz", "bytes": len(content), "sha256": hashlib.sha256(content).hexdigest(),
                "ops": [name for name, _ in maker.operators], "n": ROWS, "reference": reference,
            }
        )
    np.savez(f"{folder}/tflm.npz", **micro)
    manifest = {
        "format": 1,
        "made_with": {name: version(name) for name in ("tensorflow_cpu", "ai_edge_litert", "tflite_micro", "numpy")},
        "reference": "ai_edge_litert Interpreter, OpResolverType.BUILTIN_REF, 1 thread",
        "models": entries,
    }
    json.dump(manifest, open(f"{folder}/manifest.json", "w"), indent=1)


main(sys.argv[1])
