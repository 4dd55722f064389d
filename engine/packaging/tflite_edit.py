"""Edits to MediaPipe's .tflite files: what its Tasks graphs need (metadata), which hand it is, and no mask.

A model is unpacked to the object API of the flatbuffers schema that the wheel itself carries,
changed, and packed again; all weights but those of the hand's side are copied untouched.
"""

# flatbuffers and the generated schema have no types:
# pyright: basic

from copy import copy
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
LANDMARKS, MASK = b"Identity", b"Identity_2"
"""Outputs of the pose network: its points, (1,195), and which pixels are the person, (1,256,256,1)."""
STAND_IN = (1, 13, 15, 1)
"""As many numbers as the points, in a mask's shape: 1 x 1 would be slower, all of it is edge to OpenCV's warp."""


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

    def drop_mask(self, data: bytes) -> bytes:
        """The pose network without its mask of the person.

        Holistic's graph smooths the mask and warps it to the picture's size whether anybody asks for it or not: a
        quarter of the time of all its networks. The graph needs some mask: it gets the points' numbers as one.
        """
        model = self._unpack(data)
        graph = model.subgraphs[0]
        flatten = next(own for own in graph.operators if graph.tensors[own.outputs[0]].name == LANDMARKS)
        shape, stand_in, reshape = (
            copy(graph.tensors[flatten.inputs[1]]),
            copy(self._named(model, LANDMARKS)),
            copy(flatten),
        )
        shape.name, shape.shape = b"stand_in_shape", [len(STAND_IN)]
        shape.buffer = self._buffer(model, np.array(STAND_IN, "<i4").tobytes())
        stand_in.name, stand_in.shape = b"stand_in", STAND_IN
        first = len(graph.tensors)
        graph.tensors += [shape, stand_in]
        reshape.inputs, reshape.outputs = [flatten.inputs[0], first], [first + 1]
        graph.outputs = [first + 1 if graph.tensors[own].name == MASK else own for own in graph.outputs]
        needed, kept = set(graph.outputs), []
        for own in (reshape, *reversed(graph.operators)):
            if needed.intersection(own.outputs):
                needed.update(own.inputs)
                kept.append(own)
        graph.operators = kept[::-1]
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
