"""What ARKit's 52 coefficients at 1 do to the head of form.py: smooth fields of displacement."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, partial

import numpy as np

from ..geometry.arrays import Array, Mask
from .form import head_form
from .grid import Form
from .skin import EYE, LID_EDGES, MOUTH, fading

_SIDES = {"Left": 1.0, "Right": -1.0}
_OPEN = np.radians(21)  # of the jaw
_HINGE = np.array([0.0, 0.0, -0.010])
_CORNER_FOLLOWS = 0.4  # of the jaw's way, the corners of the mouth


def face_shapes(form: Form) -> dict[str, Array]:
    """ARKit's name -> (N,3) metres that the neutral head's points move. Left is the person's."""
    field = _Field(np.array(form.points), np.array(form.parts), np.array(form.above))
    shapes = {name: shape(field) for name, shape in _MIDDLE.items()}
    for end, side in _SIDES.items():
        shapes |= {f"{name}{end}": shape(field, side) for name, shape in _SIDED.items()}
    return shapes


@dataclass(frozen=True)
class _Field:
    """Weights (N,) of the N points of a head, 0 to 1."""

    points: Array
    parts: Array
    above: Mask

    @cached_property
    def skin(self) -> Array:
        """All that is soft; of the face alone, not of the back of the head."""
        soft = np.isin(self.parts, ["skin", "mouth", "brow"])
        return soft * fading((self.points[:, 1] + 0.055) / 0.05)

    @cached_property
    def off_eyes(self) -> Array:
        """Not the lids, which lie on the eyeballs."""
        away = np.hypot(np.abs(self.points[:, 0]) - EYE[0], self.points[:, 2] - EYE[2])
        return 1 - fading((away - 0.013) / 0.008)

    def near(self, x: float, z: float, wide: float, tall: float) -> Array:
        """Around a place on the face."""
        off = ((self.points[:, 0] - x) / wide) ** 2 + ((self.points[:, 2] - z) / tall) ** 2
        return np.exp(-off) * self.skin * self.off_eyes

    def half(self, side: float) -> Array:
        """One half of the mouth."""
        return fading(0.5 - side * self.points[:, 0] / 0.016)

    @cached_property
    def off(self) -> Array:
        """(N,) metres above the line of the mouth."""
        return self.points[:, 2] - MOUTH[2]

    def lip(self, *, upper: bool, tall: float = 0.014) -> Array:
        """A lip and what is beyond it; none at the corners."""
        width = MOUTH[0] * (1 + 0.5 * np.clip(np.abs(self.off) / 0.010, 0, 1))
        wide = np.clip(1 - (self.points[:, 0] / width) ** 2, 0, 1)
        return wide * np.exp(-((self.off / tall) ** 2)) * self.skin * (self.above == upper)

    def corner(self, side: float) -> Array:
        """A corner of the mouth."""
        return self.near(side * MOUTH[0], MOUTH[2], 0.017, 0.017)

    @cached_property
    def jaw(self) -> Array:
        """How far a point goes with the jaw."""
        x, y, z = self.points.T
        reach = np.abs(x) / MOUTH[0]
        round_ = np.clip(1 - reach**2, 0, 1) ** 0.5
        fade = fading(np.abs(self.off) / (0.022 + 0.5 * MOUTH[0] * np.clip(reach - 1, 0, None)))
        q = _CORNER_FOLLOWS
        soft = np.where(self.above, q * (1 - round_) * fade, 1 - (1 - q) * (1 - round_) * fade)
        soft = soft * fading((y + 0.058) / 0.055) * fading((-z - 0.107) / 0.035)
        rigid = np.isin(self.parts, ["lower teeth", "tongue"])
        return np.where(rigid, 1.0, np.where(np.isin(self.parts, ["skin", "mouth"]), soft, 0.0))

    @cached_property
    def opened(self) -> Array:
        """(N,3) the way of a point that goes with the jaw."""
        away = self.points - _HINGE
        cos, sin = np.cos(_OPEN), np.sin(_OPEN)
        y, z = cos * away[:, 1] - sin * away[:, 2], sin * away[:, 1] + cos * away[:, 2]
        return np.stack([away[:, 0], y, z], axis=1) - away

    def lids(self, side: float, upper: float, lower: float) -> Array:
        """(N,3) the lids of an eye opened wider by so much, metres."""
        moved = np.array(head_form(LID_EDGES[0] + upper, LID_EDGES[1] + lower).points) - self.points
        return moved * (side * self.points[:, :1] > 0)

    def both_lips(self, tall: float) -> Array:
        """Both lips and what is beyond them; none at the corners."""
        return self.lip(upper=True, tall=tall) + self.lip(upper=False, tall=tall)

    def pressed(self, much: float) -> Array:
        """(N,) metres up that make the lips less high."""
        return -much * self.off * fading(np.abs(self.off) / 0.020) * self.both_lips(1.0)

    def brow(self, x: float, wide: float) -> Array:
        """A part of both brows, and of the forehead above; not the lids."""
        z = self.points[:, 2]
        under = np.where(self.parts == "brow", 1.0, fading((0.041 - z) / 0.009))
        tall = np.where(z < 0.041, under, np.exp(-(((z - 0.041) / 0.028) ** 2)))
        return np.exp(-(((np.abs(self.points[:, 0]) - x) / wide) ** 2)) * tall * self.skin

    def side(self, side: float) -> Array:
        """One half of the forehead."""
        return fading(0.5 - side * self.points[:, 0] / 0.012)


def _way(x: Array | float, y: Array | float, z: Array | float, like: Array) -> Array:
    """(N,3) of components (N,) or one for all."""
    return np.stack([np.broadcast_to(part, like.shape) for part in (x, y, z)], axis=1)


def _move(weight: Array, x: float = 0, y: float = 0, z: float = 0) -> Array:
    """(N,3) millimetres in each direction, times a weight (N,)."""
    return weight[:, None] * np.array([x, y, z]) / 1000


def _lids(upper: float, lower: float) -> Callable[[_Field, float], Array]:
    return lambda field, side: field.lids(side, upper / 1000, lower / 1000)


def _ahead(moved: Array) -> Array:
    """What never goes back: with a lid that closes, it would go into the eyeball."""
    return np.stack([moved[:, 0], np.minimum(0.8 * moved[:, 1], 0), moved[:, 2]], axis=1)


def _look_down(f: _Field, side: float) -> Array:
    return _ahead(f.lids(side, -0.0042, -0.0010))


def _look_aside(f: _Field, side: float, outwards: float) -> Array:
    lid = np.exp(-(((side * f.points[:, 0] - EYE[0]) / 0.010) ** 2) - ((f.points[:, 2] - EYE[2]) / 0.008) ** 2)
    return _move(lid * f.skin, x=1.7 * side * outwards)


def _squint(f: _Field, side: float) -> Array:
    return _ahead(f.lids(side, -0.0012, 0.0028)) + _move(f.near(side * 0.036, -0.004, 0.018, 0.009), z=2.5, y=-1.5)


def _smile(f: _Field, side: float) -> Array:
    bulge = f.near(side * 0.045, -0.022, 0.016, 0.013)
    return _move(f.corner(side), 9.5 * side, 6, 9.5) + _move(bulge, 1 * side, -4, 4.5)


def _dimple(f: _Field, side: float) -> Array:
    return _move(f.corner(side), 4.5 * side, 4, 1) + _move(f.near(side * 0.036, -0.055, 0.007, 0.010), y=3.5)


def _press(f: _Field, side: float) -> Array:
    half = f.half(side)
    thin, back = _way(0, 0, f.pressed(0.7) * half, half), _move(half * f.near(0.0, -0.055, 0.02, 0.012), y=5)
    return thin + back + 0.3 * _dimple(f, side)


def _upper_up(f: _Field, side: float) -> Array:
    fold = f.near(side * 0.024, -0.030, 0.012, 0.012)
    return _move(f.lip(upper=True) * f.half(side), z=7.5, y=-1) + _move(fold, z=2.5, y=-1.5)


def _sneer(f: _Field, side: float) -> Array:
    wing, bridge = f.near(side * 0.013, -0.021, 0.009, 0.011), f.near(side * 0.010, 0.008, 0.007, 0.010)
    lip = f.lip(upper=True) * f.near(side * 0.016, -0.052, 0.011, 0.02)
    return _move(wing, 1.0 * side, 0, 5) + _move(bridge, 0, -1.8, 3) + _move(lip, z=5)


def _brow_down(f: _Field, side: float) -> Array:
    inner, outer = f.brow(0.018, 0.018) * f.side(side), f.brow(0.044, 0.018) * f.side(side)
    return _move(inner, -4 * side, -1.5, -7.5) + _move(outer, -1 * side, -0.5, -4)


def _cheek_squint(f: _Field, side: float) -> Array:
    return _ahead(f.lids(side, 0, 0.0014)) + _move(f.near(side * 0.041, -0.008, 0.016, 0.012), 0.5 * side, -4, 5)


def _rolled(f: _Field, *, upper: bool) -> Array:
    lip = f.lip(upper=upper, tall=0.010)
    return _way(0, 0, f.pressed(0.85) * (f.above == upper), lip) + _move(lip, y=5)


def _puckered(f: _Field, narrow: float) -> Array:
    x = f.points[:, 0]
    around = np.exp(-((f.off / 0.018) ** 2)) * fading(np.abs(x) / 0.062) * f.skin
    out = np.exp(-((x / 0.020) ** 2) - (f.off / 0.015) ** 2) * f.skin
    return _way(-narrow * x * around, 0, 0, around) + _move(out, y=-10.5)


def _pucker(f: _Field) -> Array:
    plump = np.sign(f.off) * fading(np.abs(np.abs(f.off) - 0.006) / 0.006) * f.both_lips(1.0)
    return _puckered(f, 0.62) + _move(plump, z=2.0)


def _funnel(f: _Field) -> Array:
    return _puckered(f, 0.42) + _move(f.lip(upper=True), z=6.5) + _move(f.lip(upper=False), z=-7.5)


def _close(f: _Field) -> Array:
    return f.opened * ((_CORNER_FOLLOWS - f.jaw) * np.exp(-((f.off / 0.013) ** 2)) * f.skin)[:, None]


def _aside(f: _Field, side: float) -> Array:
    mouth = np.exp(-((f.off / 0.024) ** 2) - (f.points[:, 0] / 0.036) ** 2) * f.skin
    return _move(mouth, 12 * side) + _move(f.corner(side), y=3) + _move(f.corner(-side), y=-3)


def _shrug_lower(f: _Field) -> Array:
    lips = f.lip(upper=False) + f.lip(upper=True, tall=0.010)
    return _move(lips, z=5, y=-1.5) + _move(f.near(0, -0.088, 0.020, 0.012), z=4.5, y=-2)


def _puff(f: _Field) -> Array:
    cheeks = [_move(f.near(side * 0.046, -0.043, 0.021, 0.023), 11 * side, -6) for side in (1, -1)]
    return sum(cheeks, _move(f.near(0, -0.055, 0.03, 0.016), y=-2))


def _tongue(f: _Field) -> Array:
    tongue = f.parts == "tongue"
    y = f.points[:, 1]
    front = np.clip((y[tongue].max() - y) / np.ptp(y[tongue]), 0, 1) * tongue
    jaw = 0.25 * f.opened * (f.jaw * ~tongue)[:, None]
    lips = _move(f.lip(upper=False), z=-4) + _move(f.lip(upper=True), z=1.5)
    return jaw + lips + _move(front, y=-42, z=0.5) + _move(front**3, z=-9)


_MIDDLE: dict[str, Callable[[_Field], Array]] = {
    "jawForward": lambda f: _move(f.jaw, y=-10),
    "jawRight": lambda f: _move(f.jaw, x=-11),
    "jawLeft": lambda f: _move(f.jaw, x=11),
    "jawOpen": lambda f: f.opened * f.jaw[:, None],
    "mouthClose": _close,
    "mouthFunnel": _funnel,
    "mouthPucker": _pucker,
    "mouthRight": partial(_aside, side=-1.0),
    "mouthLeft": partial(_aside, side=1.0),
    "mouthRollLower": partial(_rolled, upper=False),
    "mouthRollUpper": partial(_rolled, upper=True),
    "mouthShrugLower": _shrug_lower,
    "mouthShrugUpper": lambda f: _move(f.lip(upper=True), z=2.5, y=-4.5),
    "browInnerUp": lambda f: _move(f.brow(0.015, 0.018), z=10),
    "cheekPuff": _puff,
    "tongueOut": _tongue,
}
_SIDED: dict[str, Callable[[_Field, float], Array]] = {
    "eyeBlink": _lids(-1000 * LID_EDGES[0] - 3.4, -1000 * LID_EDGES[1] - 3.4),
    "eyeLookDown": _look_down,
    "eyeLookIn": partial(_look_aside, outwards=-1.0),
    "eyeLookOut": partial(_look_aside, outwards=1.0),
    "eyeLookUp": _lids(1.7, 0.9),
    "eyeSquint": _squint,
    "eyeWide": _lids(4.6, -1.4),
    "mouthSmile": _smile,
    "mouthFrown": lambda f, side: _move(f.corner(side), 1 * side, 2, -11),
    "mouthDimple": _dimple,
    "mouthStretch": lambda f, side: _move(f.corner(side), 11 * side, 7, -4),
    "mouthPress": _press,
    "mouthLowerDown": lambda f, side: _move(f.lip(upper=False) * f.half(side), z=-8.5),
    "mouthUpperUp": _upper_up,
    "browDown": _brow_down,
    "browOuterUp": lambda f, side: _move(f.brow(0.046, 0.019) * f.side(side), z=10),
    "cheekSquint": _cheek_squint,
    "noseSneer": _sneer,
}
