"""glTF 2.0 in one binary file (Khronos 2021, "glTF 2.0 Specification"): nodes, numbers and one animation.

Its axes are Y up, X to the left of a person who faces +Z: `Y_UP_FROM_BLENDER`.
"""

import json
import struct
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..geometry.arrays import Array
from ..geometry.rotations import continuous_quaternion, matrix_to_quaternion

_COMPONENTS = {"float32": 5126, "uint16": 5123, "uint8": 5121}
_TYPES = {1: "SCALAR", 3: "VEC3", 4: "VEC4", 16: "MAT4"}


@dataclass
class Document:
    """What a file is to hold; lists are filled while it is made."""

    times: Array
    """(F,) s, those of all keys."""
    nodes: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    _accessors: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    _views: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    _samplers: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    _channels: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    _numbers: bytearray = field(default_factory=bytearray)

    def __post_init__(self) -> None:
        self._times = self.accessor(np.asarray(self.times, dtype=np.float32)[:, None])

    @classmethod
    def read(cls, path: Path, times: Array) -> tuple["Document", dict[str, Any]]:
        """A file of one animation and one buffer, as the VRM add-on for Blender writes it, for more keys at times (F,).

        Beside it what else is at its top, for `write`.
        """
        data = path.read_bytes()
        (length,) = struct.unpack_from("<I", data, 12)
        top: dict[str, Any] = json.loads(data[20 : 20 + length])
        (animation,) = top.pop("animations")
        nodes, accessors, views = (top.pop(name) for name in ("nodes", "accessors", "bufferViews"))
        numbers = bytearray(data[28 + length :])
        document = cls(times, nodes, accessors, views, animation["samplers"], animation["channels"], numbers)
        for made_anew in ("buffers", "scenes", "scene"):
            top.pop(made_anew, None)
        return document, top

    def node(self, name: str, parent: int = -1, **properties: Any) -> int:
        """The number of a new node, one of the parent's children where that is not -1."""
        self.nodes.append({"name": name, **properties})
        if parent >= 0:
            self.nodes[parent].setdefault("children", []).append(len(self.nodes) - 1)
        return len(self.nodes) - 1

    def accessor(self, values: NDArray[Any]) -> int:
        """The number of an accessor of values (N, components), of a type of numbers that files can have."""
        return self._add(values, {"bufferView": self._view(values)})

    def sparse(self, values: NDArray[Any]) -> int:
        """The same of values most of which are 0: rows of zeros take no room."""
        places = np.flatnonzero(values.any(1)).astype(np.uint16)
        indices = {"bufferView": self._view(places), "componentType": _COMPONENTS[places.dtype.name]}
        kept = {"bufferView": self._view(values[places])}
        return self._add(values, {"sparse": {"count": len(places), "indices": indices, "values": kept}})

    def _add(self, values: NDArray[Any], where: dict[str, Any]) -> int:
        own = {**where, "componentType": _COMPONENTS[values.dtype.name], "type": _TYPES[values.shape[1]]}
        bounds = {"min": values.min(0).tolist(), "max": values.max(0).tolist()}
        self._accessors.append(own | {"count": len(values)} | bounds)
        return len(self._accessors) - 1

    def _view(self, values: NDArray[Any]) -> int:
        self._views.append({"buffer": 0, "byteOffset": len(self._numbers), "byteLength": values.nbytes})
        self._numbers += np.ascontiguousarray(values).astype(values.dtype.newbyteorder("<")).tobytes()
        self._numbers += bytes(-len(self._numbers) % 4)
        return len(self._views) - 1

    def move(self, node: int, places: Array) -> None:
        """Key a node's translation (F,3)."""
        self._animate(node, "translation", places)

    def turn(self, node: int, rotations: Array) -> None:
        """Key a node's rotation (F,3,3), in its parent."""
        quaternions = continuous_quaternion(matrix_to_quaternion(rotations))
        self._animate(node, "rotation", quaternions[:, [1, 2, 3, 0]])

    def shape(self, node: int, weights: Array) -> None:
        """Key how much there is of each of the T shapes of a node's mesh (F,T)."""
        self._animate(node, "weights", weights.reshape(-1, 1))

    def _animate(self, node: int, path: str, values: Array) -> None:
        self._samplers.append({"input": self._times, "output": self.accessor(values.astype(np.float32))})
        self._channels.append({"sampler": len(self._samplers) - 1, "target": {"node": node, "path": path}})

    def write(self, path: Path, **more: Any) -> None:
        """Write the file, with more properties at the top; nodes without a parent are the scene's."""
        carried = {child for node in self.nodes for child in node.get("children", ())}
        document: dict[str, Any] = {
            "asset": {"version": "2.0", "generator": "Sign Mocap"},
            "scene": 0,
            "scenes": [{"nodes": [node for node in range(len(self.nodes)) if node not in carried]}],
            "nodes": self.nodes,
            "animations": [{"name": path.stem, "samplers": self._samplers, "channels": self._channels}],
            "accessors": self._accessors,
            "bufferViews": self._views,
            "buffers": [{"byteLength": len(self._numbers)}],
        }
        text = json.dumps(document | more, separators=(",", ":")).encode()
        text += b" " * (-len(text) % 4)
        numbers = bytes(self._numbers)
        with path.open("wb") as file:
            file.write(struct.pack("<4sII", b"glTF", 2, 28 + len(text) + len(numbers)))
            file.write(struct.pack("<I4s", len(text), b"JSON") + text)
            file.write(struct.pack("<I4s", len(numbers), b"BIN\0") + numbers)


def quaternion(rotation: Array) -> list[float]:
    """A rotation (3,3) as a node has it: x, y, z, w."""
    w, x, y, z = matrix_to_quaternion(rotation).tolist()
    return [x, y, z, w]
