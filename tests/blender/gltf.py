"""A reader of .glb files that is not Blender's, after glTF 2.0: of what animates morph targets, and no more."""

import json
import struct
from pathlib import Path
from typing import Any

import numpy as np

_FLOAT, _PARTS = 5126, {"SCALAR": 1, "VEC3": 3, "VEC4": 4}


def read_glb(path: Path) -> tuple[dict[str, Any], bytes]:
    """The JSON and the binary chunk of a file (glTF 2.0, section 4.4)."""
    data = path.read_bytes()
    magic, version, length = struct.unpack_from("<4sII", data)
    assert (magic, version, length) == (b"glTF", 2, len(data))
    chunks: dict[bytes, bytes] = {}
    at = 12
    while at < length:
        size, kind = struct.unpack_from("<I4s", data, at)
        chunks[kind] = data[at + 8 : at + 8 + size]
        at += 8 + size
    return json.loads(chunks[b"JSON"]), chunks[b"BIN\0"]


def numbers(glb: tuple[dict[str, Any], bytes], accessor: int) -> np.ndarray:
    """(N, parts) float32 of an accessor of floats, tightly packed."""
    document, binary = glb
    own = document["accessors"][accessor]
    view = document["bufferViews"][own["bufferView"]]
    assert own["componentType"] == _FLOAT and "sparse" not in own and "byteStride" not in view
    parts, start = _PARTS[own["type"]], view.get("byteOffset", 0) + own.get("byteOffset", 0)
    return np.frombuffer(binary, "<f4", own["count"] * parts, start).reshape(-1, parts)


def morph_weights(path: Path, mesh: str) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """Times (F,), s, and weights (F,) of every morph target, by name, of the node that bears a mesh of this name."""
    document, _ = glb = read_glb(path)
    (number,) = (k for k, own in enumerate(document["meshes"]) if own["name"] == mesh)
    names = document["meshes"][number]["extras"]["targetNames"]
    nodes = [k for k, node in enumerate(document["nodes"]) if node.get("mesh") == number]
    found: list[tuple[np.ndarray, dict[str, np.ndarray]]] = []
    for animation in document["animations"]:
        for channel in animation["channels"]:
            if channel["target"]["path"] == "weights" and channel["target"]["node"] in nodes:
                sampler = animation["samplers"][channel["sampler"]]
                assert sampler.get("interpolation", "LINEAR") == "LINEAR"
                times = numbers(glb, sampler["input"])[:, 0]
                weights = numbers(glb, sampler["output"]).reshape(len(times), len(names))
                found.append((times, dict(zip(names, weights.T, strict=True))))
    times, weights = found[0]
    for others, again in found[1:]:  # of a mesh on a bone Blender writes them with the armature's and by themselves
        np.testing.assert_array_equal(others, times)
        np.testing.assert_array_equal([*again.values()], [*weights.values()])
    return times, weights
