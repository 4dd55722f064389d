"""Edits to MediaPipe's .tflite files: what its Tasks graphs need (metadata, 478 face points), and which hand it is.

A model is unpacked to the object API of the flatbuffers schema that the wheel itself carries,
changed, and packed again; all weights but those of the hand's side are copied untouched.
"""

# flatbuffers and the generated schema have no types:
# pyright: basic

from types import ModuleType
from typing import Any

import flatbuffers
import numpy as np
from numpy.typing import NDArray

Half = NDArray[np.float16]
METADATA_NAME = b"TFLITE_METADATA"
EMBEDDING, SIDE_WEIGHTS, SIDE_BIAS = (
    f"model_1/model/{name}".encode()
    for name in (
        "global_average_pooling2d/Mean",
        "conv_handedness/MatMul",
        "conv_handedness/BiasAdd/ReadVariableOp/resource",
    )
)
"""Tensors of the hand's network: what it makes of the picture, and by which of it the side is told."""
EXTRA_FACE_POINTS = 10
"""Tasks expects 478 face points; the model gives 468. The last ten repeat the first ten."""


class _AlignedBuilder(flatbuffers.Builder):
    """Aligns every vector to 16 bytes, as the schema's force_align asks for weights."""

    def StartVector(self, elemSize: int, numElems: int, alignment: int) -> int:
        return super().StartVector(elemSize, numElems, max(alignment, 16))


class TfliteEditor:
    """The edits, given the wheel's generated modules for the model and for its metadata."""

    def __init__(self, schema: ModuleType, metadata_schema: ModuleType) -> None:
        self.schema: Any = schema
        self.metadata_schema: Any = metadata_schema

    def add_normalization(self, data: bytes) -> bytes:
        """The model, described as taking pixels scaled from 0..255 to 0..1."""
        model = self._unpack(data)
        self._describe_input(model)
        return self._pack(model)

    def pad_face(self, data: bytes) -> bytes:
        """The face model with 478 points instead of 468, and add_normalization."""
        s = self.schema
        model = self._unpack(data)
        graph = model.subgraphs[0]
        points = graph.outputs[0]
        values = int(graph.tensors[points].shape[-1])
        extra = 3 * EXTRA_FACE_POINTS
        begin = self._constant(model, "extra_begin", [0, 0, 0, 0])
        size = self._constant(model, "extra_size", [1, 1, 1, extra])
        repeated = self._tensor(model, "extra_points", [1, 1, 1, extra])
        padded = self._tensor(model, "padded_points", [1, 1, 1, values + extra])
        self._operator(model, "SLICE", [points, begin, size], repeated, s.SliceOptionsT())
        join = s.ConcatenationOptionsT()
        join.axis = 3
        self._operator(model, "CONCATENATION", [points, repeated], padded, join)
        graph.outputs = [padded, *graph.outputs[1:]]
        self._describe_input(model)
        return self._pack(model)

    def side_weights(self, data: bytes) -> tuple[Half, Half]:
        """The weights (1,N) and bias (1,) by which the hand's network tells a right hand, float16."""
        model = self._unpack(data)
        tensors = (self._named(model, name) for name in (SIDE_WEIGHTS, SIDE_BIAS))
        weights, bias = (np.array(model.buffers[own.buffer].data).view("<f2").reshape(own.shape) for own in tensors)
        return weights, bias

    def set_side_weights(self, data: bytes, weights: Half, bias: Half) -> bytes:
        """The hand's network with other weights (1,N) and another bias (1,) for the side."""
        model = self._unpack(data)
        for name, values in ((SIDE_WEIGHTS, weights), (SIDE_BIAS, bias)):
            tensor = self._named(model, name)
            if tuple(tensor.shape) != values.shape:
                raise ValueError(f"{values.shape} is not the shape of {name.decode()}, {tuple(tensor.shape)}")
            model.buffers[tensor.buffer].data = np.frombuffer(values.astype("<f2").tobytes(), np.uint8)
        return self._pack(model)

    def embedding(self, data: bytes) -> bytes:
        """The hand's network up to what its outputs are linear functions of, for MediaPipe's ImageEmbedder."""
        model = self._unpack(data)
        graph = model.subgraphs[0]
        end = next(i for i, own in enumerate(graph.tensors) if own.name == EMBEDDING)
        last = next(i for i, own in enumerate(graph.operators) if end in own.outputs)
        graph.operators, graph.outputs, model.signatureDefs = graph.operators[: last + 1], [end], []
        self._describe_input(model)
        return self._pack(model)

    def blendshapes_stand_in(self) -> bytes:
        """A model of the blendshapes' shapes, (1,146,2) to (1,52), without meaning.

        Holistic refuses a bundle without one; nothing reads what it returns.
        """
        s = self.schema
        model = s.ModelT()
        model.version, model.description = 3, "stand-in: blendshapes are not computed"
        model.buffers, model.operatorCodes, model.metadata = [s.BufferT()], [], []
        graph = s.SubGraphT()
        graph.tensors, graph.operators = [], []
        model.subgraphs = [graph]
        points = self._tensor(model, "points", [1, 146, 2])
        begin = self._constant(model, "begin", [0, 0, 0])
        size = self._constant(model, "size", [1, 26, 2])
        shape = self._constant(model, "shape", [1, 52])
        part = self._tensor(model, "part", [1, 26, 2])
        scores = self._tensor(model, "scores", [1, 52])
        self._operator(model, "SLICE", [points, begin, size], part, s.SliceOptionsT())
        reshape = s.ReshapeOptionsT()
        reshape.newShape = [1, 52]
        self._operator(model, "RESHAPE", [part, shape], scores, reshape)
        graph.inputs, graph.outputs = [points], [scores]
        return self._pack(model)

    def _named(self, model: Any, name: bytes) -> Any:
        return next(own for own in model.subgraphs[0].tensors if own.name == name)

    def _unpack(self, data: bytes) -> Any:
        return self.schema.ModelT.InitFromObj(self.schema.Model.GetRootAsModel(data, 0))

    def _pack(self, model: Any) -> bytes:
        return _finish(model, b"TFL3")

    def _buffer(self, model: Any, data: bytes) -> int:
        buffer = self.schema.BufferT()
        buffer.data = np.frombuffer(data, np.uint8)
        model.buffers.append(buffer)
        return len(model.buffers) - 1

    def _tensor(self, model: Any, name: str, shape: list[int]) -> int:
        tensor = self.schema.TensorT()
        tensor.name, tensor.shape = name, shape
        tensor.type = self.schema.TensorType.FLOAT32
        tensors = model.subgraphs[0].tensors
        tensors.append(tensor)
        return len(tensors) - 1

    def _constant(self, model: Any, name: str, values: list[int]) -> int:
        index = self._tensor(model, name, [len(values)])
        tensor = model.subgraphs[0].tensors[index]
        tensor.type = self.schema.TensorType.INT32
        tensor.buffer = self._buffer(model, np.array(values, "<i4").tobytes())
        return index

    def _operator(self, model: Any, kind: str, inputs: list[int], output: int, options: Any) -> None:
        code = self.schema.OperatorCodeT()
        code.builtinCode = code.deprecatedBuiltinCode = getattr(self.schema.BuiltinOperator, kind)
        model.operatorCodes.append(code)
        operator = self.schema.OperatorT()
        operator.opcodeIndex = len(model.operatorCodes) - 1
        operator.inputs, operator.outputs = inputs, [output]
        options_name = type(options).__name__.removesuffix("T")
        operator.builtinOptionsType = getattr(self.schema.BuiltinOptions, options_name)
        operator.builtinOptions = options
        model.subgraphs[0].operators.append(operator)

    def _describe_input(self, model: Any) -> None:
        m = self.metadata_schema
        options = m.NormalizationOptionsT()
        options.mean, options.std = [0.0], [255.0]
        unit = m.ProcessUnitT()
        unit.optionsType, unit.options = m.ProcessUnitOptions.NormalizationOptions, options
        tensor = m.TensorMetadataT()
        tensor.processUnits = [unit]
        graph = m.SubGraphMetadataT()
        graph.inputTensorMetadata = [tensor]
        description = m.ModelMetadataT()
        description.subgraphMetadata = [graph]
        entry = self.schema.MetadataT()
        entry.name = METADATA_NAME
        entry.buffer = self._buffer(model, _finish(description, b"M001"))
        others = [e for e in model.metadata or [] if e.name != METADATA_NAME]
        model.metadata = [*others, entry]


def _finish(tree: Any, identifier: bytes) -> bytes:
    builder = _AlignedBuilder(1024)
    builder.Finish(tree.Pack(builder), file_identifier=identifier)
    return bytes(builder.Output())
