"""The face of a control rig, which has controls for brows, lids, lips and eyes in place of shape keys."""

import tomllib
from dataclasses import dataclass
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np

from ...face.face import Face
from ...face.names import FACE_NAMES
from ...geometry.arrays import Array
from ...keypoints import Side
from ..recognise.match import Match
from ..rig import Rig
from .bones import gaze_directions
from .carry import shown_coefficients
from .recognise import FaceMatch

CONTROLS = Path(__file__).resolve().parents[3] / "rigs" / "face_controls" / "rigify.toml"


@dataclass(frozen=True)
class FaceControls:
    """Those of one rig, by their names."""

    moves: dict[str, Array]
    """Control -> (52,3) how far it goes for each coefficient at 1, in its own axes, metres."""
    targets: dict[Side, tuple[str, Array]]
    """Of what each eye looks at the name, and (3,3) what makes directions that it looks in places in its own axes."""

    @classmethod
    def of(cls, rig: Rig, match: Match, front: Array) -> "FaceControls | None":
        """None where a rig is none whose controls are known; `front` (3,3) makes it face -Y."""
        table = _table()
        number = {name: bone for bone, name in enumerate(rig.names)}
        eyes = {side: side.fill(table["eye"]) for side in Side}
        if not match.controls or not {*eyes.values()} <= number.keys():
            return None
        heads = {side: rig.heads[number[eye]] @ front.T for side, eye in eyes.items()}
        between = float(np.linalg.norm(heads[Side.LEFT] - heads[Side.RIGHT]))
        moves: dict[str, Array] = {}
        for (row, ways), side in product(table["moves"].items(), Side):
            name = side.fill(row)
            if name in number:
                own = moves.setdefault(name, np.zeros((len(FACE_NAMES), 3)))
                aside = -1.0 if name != row and side is Side.RIGHT else 1.0
                for coefficient, (out, up, on) in ways.items():
                    way = between * np.array([aside * out, -on, up])
                    own[FACE_NAMES.index(side.fill(coefficient))] = way @ front @ rig.rest[number[name]]
        targets: dict[Side, tuple[str, Array]] = {}
        for side in Side:
            name = side.fill(table["target"])
            if name in number:
                away = np.linalg.norm(rig.heads[number[name]] @ front.T - heads[side])
                targets[side] = name, float(away) * front @ rig.rest[number[name]]
        return cls(moves, targets)

    def places(self, face: Face) -> dict[str, Array]:
        """Control -> where it is (F,3) away from rest, in its own axes, metres."""
        coefficients = shown_coefficients(face, FaceMatch("", {}, {}, False))
        places = {name: coefficients @ ways for name, ways in self.moves.items()}
        for eye, side in enumerate(Side):
            if side in self.targets:
                name, axes = self.targets[side]
                places[name] = (gaze_directions(face.gaze[:, eye].astype(np.float64)) - [0.0, -1.0, 0.0]) @ axes
        return places


@cache
def _table() -> dict[str, Any]:
    return tomllib.loads(CONTROLS.read_text(encoding="utf-8"))
