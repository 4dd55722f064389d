"""Random faces: combinations of coefficients and looks as people make them, by themselves and over time."""

from dataclasses import dataclass

import numpy as np

from ...face.looks import IS_LOOK, look_coefficients
from ...face.names import FACE_NAMES, mirrored_coefficient
from ...geometry.arrays import Array, check_shapes

Random = np.random.Generator

INDEX = {name: row for row, name in enumerate(FACE_NAMES)}
#: Mouths of speech and of sign languages; a name without a side means both.
MOUTHS: tuple[dict[str, float], ...] = (
    {"jawOpen": 0.6, "mouthLowerDown": 0.2},  # a
    {"jawOpen": 0.35, "mouthLowerDown": 0.15, "mouthUpperUp": 0.1},  # e
    {"jawOpen": 0.15, "mouthStretch": 0.5, "mouthSmile": 0.3, "mouthLowerDown": 0.2},  # i
    {"jawOpen": 0.3, "mouthFunnel": 0.7, "mouthPucker": 0.2},  # o
    {"jawOpen": 0.1, "mouthPucker": 0.85, "mouthFunnel": 0.25},  # u
    {"mouthPress": 0.6, "mouthRollLower": 0.4, "mouthRollUpper": 0.3},  # m, b, p
    {"jawOpen": 0.25, "mouthClose": 0.25, "mouthPress": 0.3},  # m within a word
    {"jawOpen": 0.1, "mouthRollLower": 0.6, "mouthUpperUp": 0.35},  # f, v
    {"jawOpen": 0.35, "tongueOut": 0.5, "mouthUpperUp": 0.15},  # th
    {"jawOpen": 0.3, "mouthUpperUp": 0.25, "mouthLowerDown": 0.3},  # l, n, t
    {"jawOpen": 0.1, "mouthStretch": 0.35, "mouthLowerDown": 0.35, "mouthDimple": 0.2},  # s
    {"jawOpen": 0.15, "mouthFunnel": 0.6, "mouthPucker": 0.4, "mouthUpperUp": 0.2},  # sh
    {"jawOpen": 0.2, "mouthPucker": 0.35, "mouthShrugUpper": 0.2},  # r, w
    {"cheekPuff": 0.8, "mouthPress": 0.2},
    {"cheekPuff": 0.6, "mouthPucker": 0.6},
    {"mouthFrown": 0.6, "mouthShrugLower": 0.5, "mouthPress": 0.2},
    {"mouthSmile": 0.7, "cheekSquint": 0.5, "mouthDimple": 0.2},
    {"mouthSmile": 0.6, "jawOpen": 0.25, "mouthUpperUp": 0.3, "cheekSquint": 0.4},
    {"mouthPress": 0.7, "mouthDimple": 0.5},
    {"mouthRollLower": 0.7, "mouthRollUpper": 0.7},
    {"tongueOut": 0.9, "jawOpen": 0.45, "mouthLowerDown": 0.2},
    {"mouthShrugLower": 0.6, "mouthShrugUpper": 0.6},
    {"mouthStretch": 0.7, "mouthFrown": 0.3, "mouthLowerDown": 0.4},
    {"noseSneer": 0.7, "mouthUpperUp": 0.5, "cheekSquint": 0.3},
    {"jawForward": 0.7, "mouthShrugLower": 0.3},
    {"jawOpen": 0.9, "mouthFunnel": 0.2},
    {"mouthLeft": 0.7},
    {"jawLeft": 0.7},
    {"mouthSmileLeft": 0.6, "mouthDimpleLeft": 0.4},
)
BROWS: tuple[dict[str, float], ...] = (
    {"browInnerUp": 0.7, "browOuterUp": 0.7},
    {"browDown": 0.7},
    {"browDown": 0.5, "eyeSquint": 0.4, "noseSneer": 0.2},
    {"browInnerUp": 0.7},
    {"browInnerUp": 0.5, "browDown": 0.4},
    {"browInnerUp": 0.4, "browOuterUp": 0.5, "eyeWide": 0.6},
    {"browOuterUp": 0.7},
)
#: What cannot be at once: of each pair the weaker one goes.
_AGAINST = (
    ("jawLeft", "jawRight"),
    ("mouthLeft", "mouthRight"),
    ("mouthPucker", "mouthStretchLeft"),
    ("mouthPucker", "mouthStretchRight"),
    *((f"eyeBlink{side}", f"eyeWide{side}") for side in ("Left", "Right")),
    *((f"mouthSmile{side}", f"mouthFrown{side}") for side in ("Left", "Right")),
)
#: Spread and limits of a look, degrees: yaw and pitch.
_LOOK, _LOOK_LIMITS = np.array([9.0, 6.0]), np.array([[-28.0, 28.0], [-22.0, 20.0]])


@dataclass(frozen=True)
class Expressions:
    """N faces."""

    coefficients: Array
    """(N,52) 0..1."""
    gaze: Array
    """(N,2,2) radians, as `Face.gaze`."""

    def __post_init__(self) -> None:
        count = len(self.gaze)
        check_shapes(self, coefficients=(count, len(FACE_NAMES)), gaze=(count, 2, 2))


def _spelt(part: dict[str, float], strength: float, rng: Random) -> Array:
    """(52,) a part of a face: mostly alike on both sides, sometimes of one alone, sometimes the other way round."""
    values = np.zeros(len(FACE_NAMES))
    gain = {"Left": 1.0, "Right": 1.0}
    if rng.random() < 0.2:
        gain[str(rng.choice(list(gain)))] = float(rng.choice([0.0, rng.uniform(0, 1)]))
    for name, value in part.items():
        own = value * strength * np.exp(rng.normal(0, 0.25))
        if name in INDEX:
            values[INDEX[name]] = own
        else:
            for side, times in gain.items():
                values[INDEX[name + side]] = own * times * np.exp(rng.normal(0, 0.08))
    return mirrored_values(values) if rng.random() < 0.5 else values


def mirrored_values(values: Array) -> Array:
    """Coefficients (...,52) of the mirrored face."""
    return values[..., [INDEX[mirrored_coefficient(name)] for name in FACE_NAMES]]


def possible(values: Array) -> Array:
    """Coefficients (...,52) as the shapes allow them to be together."""
    values = np.clip(values, 0, 1)
    for a, b in _AGAINST:
        first, second = values[..., INDEX[a]], values[..., INDEX[b]]
        values[..., INDEX[a]], values[..., INDEX[b]] = first * (first >= second), second * (second > first)
    jaw = values[..., INDEX["jawOpen"]]
    values[..., INDEX["mouthClose"]] = np.minimum(values[..., INDEX["mouthClose"]], jaw)
    values[..., INDEX["tongueOut"]] *= np.clip(jaw / 0.3, 0, 1) >= 1
    return values


def random_mouth(rng: Random) -> Array:
    """(52,) one mouth or two mixed."""
    chosen = rng.choice(len(MOUTHS), 1 if rng.random() < 0.6 else 2, replace=False)
    strengths = rng.uniform(0.3, 1.3, len(chosen)) / len(chosen) ** 0.5
    return np.sum([_spelt(MOUTHS[row], own, rng) for row, own in zip(chosen, strengths, strict=True)], axis=0)


def random_brows(rng: Random) -> Array:
    """(52,) one way of holding the brows."""
    return _spelt(BROWS[rng.integers(len(BROWS))], rng.uniform(0.3, 1.4), rng)


def random_lids(rng: Random) -> Array:
    """(52,) open, half or quite shut, narrowed or wide."""
    kind = rng.random()
    if kind < 0.45:
        part = {"eyeBlink": abs(rng.normal(0, 0.06))}
    elif kind < 0.65:
        part = {"eyeBlink": rng.uniform(0.6, 1.0)}
    elif kind < 0.8:
        part = {"eyeBlink": rng.uniform(0.05, 0.6)}
    elif kind < 0.9:
        part = {"eyeSquint": rng.uniform(0.2, 1.0)}
    else:
        part = {"eyeWide": rng.uniform(0.2, 1.0)}
    return _spelt(part, 1.0, rng)


def random_look(rng: Random) -> Array:
    """(2,2) radians: both eyes on one thing, more or less far away."""
    look = np.clip(rng.normal(0, 1, 2) * _LOOK * (2 if rng.random() < 0.3 else 1), *_LOOK_LIMITS.T)
    inwards = np.array([abs(rng.normal(0, 1.5)), 0.0])
    return np.radians(np.stack([look - inwards, look + inwards]))


def _any(rng: Random) -> Array:
    """(52,) a few coefficients of any kind: what no list of mouths holds."""
    values = np.zeros(len(FACE_NAMES))
    for name in rng.choice(FACE_NAMES, rng.integers(1, 6), replace=False):
        values[INDEX[name]] = rng.uniform(0.1, 1)
        if rng.random() < 0.7:
            values[INDEX[mirrored_coefficient(name)]] = values[INDEX[name]] * np.exp(rng.normal(0, 0.1))
    return values


def with_look(values: Array, gaze: Array) -> Array:
    """Coefficients (...,52) whose look-shapes follow from a gaze (...,2,2)."""
    looks = look_coefficients(gaze)
    return np.where(IS_LOOK, looks, values)


def random_face(rng: Random) -> tuple[Array, Array]:
    """Coefficients (52,) and gaze (2,2) of one face."""
    values, gaze = np.zeros(len(FACE_NAMES)), random_look(rng)
    if rng.random() < 0.12:  # at rest
        return with_look(values, 0.5 * gaze), 0.5 * gaze
    for part, share in ((random_mouth, 0.75), (random_brows, 0.5), (random_lids, 0.8), (_any, 0.4)):
        if rng.random() < share:
            values = values + part(rng)
    return with_look(possible(values), gaze), gaze


def eased(times: Array, keys: list[tuple[float, Array]]) -> Array:
    """Values (F,...) at times (F,) that ease from key to key."""
    at, values = np.array([time for time, _ in keys]), np.stack([value for _, value in keys])
    row = np.clip(np.searchsorted(at, times, side="right") - 1, 0, len(at) - 2)
    share = np.clip((times - at[row]) / (at[row + 1] - at[row]), 0, 1)
    rise = (share**2 * (3 - 2 * share)).reshape(-1, *[1] * (values.ndim - 1))
    return (1 - rise) * values[row] + rise * values[row + 1]


def _mouthing(rng: Random, duration: float) -> list[tuple[float, Array]]:
    """Mouths at 4 to 7 a second with rests between."""
    time, keys = -0.3, [(-0.5, np.zeros(len(FACE_NAMES)))]
    while time < duration + 0.3:
        if rng.random() < 0.22:
            time += rng.uniform(0.12, 0.2)
            keys.append((time, np.zeros(len(FACE_NAMES))))
            time += rng.uniform(0.2, 0.9)
            keys.append((time, np.zeros(len(FACE_NAMES))))
        time += rng.uniform(0.14, 0.26)
        keys.append((time, random_mouth(rng)))
    return keys


def _held(rng: Random, duration: float) -> list[tuple[float, Array]]:
    """Brows that are raised or knit for a while, and let go."""
    time, keys = -0.5, [(-1.0, np.zeros(len(FACE_NAMES)))]
    while time < duration + 0.5:
        time += rng.uniform(0.3, 1.2)
        keys.append((time, np.zeros(len(FACE_NAMES))))
        brows = random_brows(rng)
        time += rng.uniform(0.12, 0.3)
        keys.append((time, brows))
        time += rng.uniform(0.2, 1.0)
        keys.append((time, brows))
        time += rng.uniform(0.15, 0.3)
        keys.append((time, np.zeros(len(FACE_NAMES))))
    return keys


def blink_times(rng: Random, duration: float, step: float) -> Array:
    """When lids begin to fall, how long they fall, stay and rise, s: rows (N,4), of blinks of two to four frames."""
    rows: list[tuple[float, float, float, float]] = []
    time = rng.uniform(0.1, 1.0)
    while time < duration:
        rows.append((time, 1.2 * step, rng.uniform(0.2, 1.8) * step, rng.uniform(1.2, 2.2) * step))
        time += rng.uniform(0.6, 2.2)
    return np.array(rows)


def random_acting(rng: Random, times: Array) -> Expressions:
    """A face at even times (F,), s: mouthing, brows, blinks and a look that jumps."""
    duration, step = float(times[-1]), float(times[1] - times[0])
    values = eased(times, _mouthing(rng, duration)) + eased(times, _held(rng, duration))
    lids = np.zeros(len(times))
    for start, falling, staying, rising in blink_times(rng, duration, step):
        marks = np.cumsum([start, falling, staying, rising])
        lids = np.maximum(lids, np.interp(times, marks, [0, 1, 1, 0]))
    for side in ("Left", "Right"):
        values[:, INDEX[f"eyeBlink{side}"]] = np.maximum(values[:, INDEX[f"eyeBlink{side}"]], lids)
    looks, time = [(-1.0, np.zeros((2, 2)))], 0.0
    while time < duration + 1:
        look = 0.2 * random_look(rng) if rng.random() < 0.4 else random_look(rng)
        looks += [(time, looks[-1][1]), (time + 0.05, look)]
        time += rng.uniform(0.5, 1.6)
    gaze = eased(times, looks)
    return Expressions(with_look(possible(values), gaze), gaze)
