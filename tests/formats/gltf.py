"""A second reader of glTF: pygltflib's structure, and nodes composed as the specification says (glTF 2.0, 3.5.2)."""

import struct
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from pygltflib import GLTF2

from engine.motion import Motion
from engine.placement import standing_root

_TYPES = {5126: "<f4", 5123: "<u2", 5121: "u1"}
#: x right, y down, z away, to Y up and Z to the front.
FROM_CAMERA = np.diag([1.0, -1.0, -1.0])
_PARTS = {"SCALAR": 1, "VEC3": 3, "VEC4": 4, "MAT4": 16}


class Read:
    """A file with one animation, whose keys all have the same times."""

    def __init__(self, path: Path) -> None:
        data = path.read_bytes()
        assert struct.unpack_from("<4sII", data) == (b"glTF", 2, len(data))
        self.gltf: Any = GLTF2().load_binary(str(path))
        (self.animation,) = self.gltf.animations
        self.names = [node.name for node in self.gltf.nodes]

    def numbers(self, accessor: int) -> np.ndarray:
        own = self.gltf.accessors[accessor]
        view, parts = self.gltf.bufferViews[own.bufferView], _PARTS[own.type]
        assert view.byteOffset % 4 == 0
        values = np.frombuffer(self.gltf.binary_blob(), _TYPES[own.componentType], own.count * parts, view.byteOffset)
        values = values.reshape(-1, parts)
        assert values.min(0).tolist() == pytest_approx(own.min) and values.max(0).tolist() == pytest_approx(own.max)
        return values

    @cached_property
    def times(self) -> np.ndarray:
        """(F,) s."""
        (times,) = {sampler.input for sampler in self.animation.samplers}
        assert {sampler.interpolation for sampler in self.animation.samplers} == {"LINEAR"}
        return self.numbers(times)[:, 0]

    @cached_property
    def keys(self) -> dict[tuple[str, str], np.ndarray]:
        """(node, path) -> (F, parts)."""
        samplers = self.animation.samplers
        return {
            (self.names[channel.target.node], channel.target.path): self.numbers(samplers[channel.sampler].output)
            for channel in self.animation.channels
        }

    def placed(self, frame: int | None) -> dict[str, np.ndarray]:
        """Node -> its (4,4) in the scene, at a frame, or where nothing is animated."""
        world = dict[str, np.ndarray]()

        def place(number: int, above: np.ndarray) -> None:
            node, own = self.gltf.nodes[number], np.eye(4)
            told = {"translation": node.translation or [0, 0, 0], "rotation": node.rotation or [0, 0, 0, 1]}
            if frame is not None:
                told |= {path: self.keys[node.name, path][frame] for path in told if (node.name, path) in self.keys}
            own[:3, :3], own[:3, 3] = turned(told["rotation"]), told["translation"]
            world[node.name] = above @ own
            for child in node.children:
                place(child, world[node.name])

        for root in self.gltf.scenes[self.gltf.scene].nodes:
            place(root, np.eye(4))
        return world


def pytest_approx(values: list[float]) -> list[float]:
    """Bounds as they are told, which are of float32."""
    return np.asarray(values, dtype=np.float32).tolist()


def turned(quaternion: Any) -> np.ndarray:
    """(3,3) of x, y, z, w, by what it does to the axes: v + 2 q x (q x v + w v)."""
    q, w = np.asarray(quaternion[:3], dtype=np.float64), float(quaternion[3])
    assert abs(q @ q + w * w - 1) < 1e-5
    return np.stack([v + 2 * np.cross(q, np.cross(q, v) + w * v) for v in np.eye(3)], axis=1)


def joints(motion: Motion, frame: int) -> dict[str, np.ndarray]:
    """Bone -> where it ends (3,), metres, Y up, from the positions of the motion; and the root joint."""
    root = standing_root(motion)[frame] @ np.array([[1, 0, 0], [0, 0, 1], [0, -1, 0]]).T
    places = motion.positions[frame].astype(np.float64) @ FROM_CAMERA.T + root
    skeleton = motion.skeleton
    return {bone.name: places[skeleton.joints.index(bone.joint)] for bone in skeleton.bones} | {"": places[0]}
