"""Random rooms, cameras, colours and picture quality for training pictures."""

import io
from dataclasses import dataclass

import numpy as np

from ...geometry.arrays import Array, Image
from ..acting.figure import BONE, BONES, Figure
from .stage import Look
from .stage_camera import StageCamera, aim_camera

_SIZES = ((1280, 720), (1280, 720), (720, 720), (960, 540), (640, 480), (640, 640), (720, 1280))
_LIGHTS = ("Default", "paint.sl", "paint.sl", "studio.sl", "outdoor.sl", "basic.sl", "rim.sl")
# Linear RGB.
_SKINS = np.array(
    [
        (0.82, 0.57, 0.37),
        (0.85, 0.56, 0.45),
        (0.66, 0.42, 0.27),
        (0.45, 0.26, 0.15),
        (0.28, 0.15, 0.09),
        (0.16, 0.08, 0.05),
    ]
)
_HAIRS = np.array([(0.02, 0.01, 0.01), (0.09, 0.04, 0.02), (0.25, 0.15, 0.06), (0.45, 0.33, 0.16), (0.35, 0.34, 0.33)])


def random_proportions(rng: np.random.Generator) -> tuple[Array, Array]:
    """Bone length factors (B,) and build (3,): a body with other proportions, the same on both sides."""
    scales = np.ones(len(BONES))
    spread = {"clavicle": 0.06, "upper_arm": 0.07, "forearm": 0.07, "hand": 0.05}
    factors = {name: float(np.clip(rng.normal(1, sd), 0.85, 1.15)) for name, sd in spread.items()}
    fingers = float(np.clip(rng.normal(1, 0.07), 0.85, 1.18))
    for name in BONES:
        part = name.removeprefix("left_").removeprefix("right_")
        if part[-1] in "123" and name not in ("spine1",):
            factors.setdefault(part, fingers * float(rng.normal(1, 0.04)))
        scales[BONE[name]] = factors.get(part, 1.0)
    trunk = float(np.clip(rng.normal(1, 0.03), 0.93, 1.07))
    for name in ("hips", "spine", "spine1", "chest"):
        scales[BONE[name]] = trunk
    scales[BONE["head"]] = float(np.clip(rng.normal(1, 0.03), 0.94, 1.08))
    return scales, np.ones(3)


def wide_proportions(rng: np.random.Generator) -> tuple[Array, Array]:
    """The same with half again the spread, and bodies of another breadth, depth and height."""
    scales, _ = random_proportions(rng)
    build = np.clip(rng.normal(1, [0.07, 0.08, 0.05]), 0.86, 1.16)
    return np.clip(1 + 1.5 * (scales - 1), 0.78, 1.25), build


def random_look(rng: np.random.Generator) -> Look:
    """Skin, hair, clothes and a studio light."""
    skin = np.clip(_SKINS[rng.integers(len(_SKINS))] * rng.normal(1, 0.08, 3), 0.02, 0.95)
    hair = np.clip(_HAIRS[rng.integers(len(_HAIRS))] * rng.normal(1, 0.1, 3), 0.005, 0.8)
    cloth = rng.uniform(0.02, 0.9, 3) ** 2 if rng.random() < 0.5 else np.full(3, rng.uniform(0.01, 0.8))
    colours = {"skin": skin, "lip": skin * [0.8, 0.5, 0.5], "hair": hair, "brow": hair, "cloth": cloth}
    return Look(
        {name: (float(c[0]), float(c[1]), float(c[2])) for name, c in colours.items()},
        studio_light=_LIGHTS[rng.integers(len(_LIGHTS))],
        light_turn=float(rng.uniform(-1.5, 1.5)) if rng.random() < 0.4 else 0.0,
        shadows=bool(rng.random() < 0.15),
    )


def random_camera(rng: np.random.Generator, figure: Figure) -> StageCamera:
    """In front, within 40 degrees; from head and chest to the whole body, mostly from the waist up."""
    size = _SIZES[rng.integers(len(_SIZES))]
    top = float(figure.vertices[:, 2].max())
    kind = rng.random()
    low, high = (0.50, 0.62) if kind < 0.75 else (0.38, 0.5) if kind < 0.9 else (0.65, 1.0)
    margin = top * rng.uniform(0.03, 0.14)
    height = top * rng.uniform(low, high) + margin
    if size[0] < size[1]:  # arms need the width
        height = max(height, 1.0 * size[1] / size[0])
    elif size[0] == size[1]:
        height = max(height, 0.9)
    target = np.array([rng.normal(0, 0.06), -0.08, top + margin - height / 2])
    turns = np.radians(
        [np.clip(rng.normal(2, 6), -15, 20), np.clip(rng.normal(0, 15), -40, 40), np.clip(rng.normal(0, 1.5), -5, 5)]
    )
    distance = float(np.exp(rng.uniform(np.log(1.0), np.log(3.5))))
    return aim_camera(target, distance, turns, size[1] * distance / height, size)


def studio_camera(rng: np.random.Generator, figure: Figure) -> StageCamera:
    """As sign videos are framed: 1280 x 720, from the waist up, nearly in front."""
    top = float(figure.vertices[:, 2].max())
    margin = top * rng.uniform(0.05, 0.12)
    height = top * rng.uniform(0.46, 0.56) + margin
    target = np.array([rng.normal(0, 0.04), -0.08, top + margin - height / 2])
    turns = np.radians([np.clip(rng.normal(1, 4), -8, 10), np.clip(rng.normal(0, 9), -20, 20), rng.normal(0, 0.7)])
    distance = rng.uniform(1.4, 3.2)
    return aim_camera(target, distance, turns, 720 * distance / height, (1280, 720))


def whole_camera(rng: np.random.Generator, figure: Figure) -> StageCamera:
    """1280 x 720, the whole person in it with room for legs that go aside, within 30 degrees of the front."""
    top = float(figure.vertices[:, 2].max())
    height = top * rng.uniform(1.12, 1.3)
    target = np.array([rng.normal(0, 0.05), -0.08, top * 1.04 - height / 2])
    turns = np.radians([np.clip(rng.normal(2, 4), -8, 12), np.clip(rng.normal(0, 14), -30, 30), rng.normal(0, 0.7)])
    distance = rng.uniform(2.5, 5.0)
    return aim_camera(target, distance, turns, 720 * distance / height, (1280, 720))


def poor_camera(rng: np.random.Generator, figure: Figure) -> StageCamera:
    """320 x 240, the person small in it and seen from aside or above."""
    top = float(figure.vertices[:, 2].max())
    height = top * rng.uniform(0.6, 0.95)
    target = np.array([rng.normal(0, 0.1), -0.08, top * 1.08 - height / 2])
    turns = np.radians([rng.uniform(-12, 22), rng.uniform(15, 40) * rng.choice([-1, 1]), rng.normal(0, 2)])
    distance = rng.uniform(1.5, 4.0)
    return aim_camera(target, distance, turns, 240 * distance / height, (320, 240))


def random_wall(rng: np.random.Generator, size: tuple[int, int]) -> Image:
    """A background (H,W,3): a plain wall, a gradient, or blurred clutter."""
    cells = ((1, 1), (2, 2), (6, 8), (24, 36))[rng.integers(4)]
    base = rng.uniform(30, 235) + rng.normal(0, 22, 3)
    shade = rng.normal(0, rng.uniform(3, 50), (*cells, 1)) + rng.normal(0, rng.uniform(1, 18), (*cells, 3))
    small = np.clip(base + shade, 0, 255).astype(np.uint8)
    small = np.pad(small, ((0, max(0, 2 - cells[0])), (0, max(0, 2 - cells[1])), (0, 0)), mode="edge")
    return resize(small, size, "BICUBIC")


def resize(picture: Image, size: tuple[int, int], method: str) -> Image:
    """A picture (H,W,3) at another size, by one of swscale's methods."""
    import av

    frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(picture), format="rgb24")
    resized = frame.reformat(width=size[0], height=size[1], interpolation=method)
    return np.asarray(resized.to_ndarray(format="rgb24"), np.uint8)


@dataclass(frozen=True)
class Quality:
    """What a camera and an encoder do to a picture."""

    blur: float
    """The picture is drawn at 1 / blur of its size and enlarged again."""
    noise: float
    """Standard deviation, 0..255."""
    gain: float
    """Brightness factor."""
    crf: int
    """H.264's constant rate factor."""
    shutter: float
    """How long a picture is exposed, s."""


def random_quality(rng: np.random.Generator) -> Quality:
    """Mostly good, sometimes bad."""
    return Quality(
        blur=float(1 + max(0.0, rng.normal(0, 0.5))),
        noise=float(abs(rng.normal(0, 4))),
        gain=float(np.clip(rng.normal(1, 0.12), 0.65, 1.3)),
        crf=int(rng.integers(16, 36)),
        shutter=float(rng.uniform(0.008, 0.04)) if rng.random() < 0.25 else 0.0,
    )


def studio_quality(rng: np.random.Generator) -> Quality:
    """A good camera at 1/100 s, an ordinary encoder."""
    return Quality(1.0, float(rng.uniform(0, 4)), float(rng.normal(1, 0.06)), int(rng.integers(18, 26)), 0.01)


def poor_quality(rng: np.random.Generator) -> Quality:
    """A webcam by lamplight."""
    blur, noise, gain = rng.uniform(1.0, 1.6), rng.uniform(3, 9), rng.uniform(0.6, 1.1)
    return Quality(float(blur), float(noise), float(gain), int(rng.integers(28, 38)), float(rng.uniform(0.01, 0.04)))


def degrade(rng: np.random.Generator, picture: Image, quality: Quality) -> Image:
    """A picture (H,W,3) as a poorer camera and encoder would deliver it."""
    height, width = picture.shape[:2]
    if quality.blur > 1.15:
        small = resize(picture, (round(width / quality.blur), round(height / quality.blur)), "AREA")
        picture = resize(small, (width, height), "BICUBIC")
    # One strip of noise, shifted per row, costs a tenth of fresh noise.
    strip = rng.standard_normal(8191, np.float32) * quality.noise
    grain = np.resize(strip, (height, width))[..., None]
    return np.clip(picture * np.float32(quality.gain) + grain, 0, 255).astype(np.uint8)


def write_video(target: str | io.BytesIO, pictures: list[Image], fps: int, crf: int, preset: str) -> None:
    """Pictures (H,W,3) as H.264 in MP4 that every player shows."""
    import av

    with av.open(target, "w", format="mp4") as container:
        stream = container.add_stream("libx264", rate=fps)
        stream.height, stream.width = pictures[0].shape[:2]
        stream.pix_fmt = "yuv420p"
        stream.options = {"crf": str(crf), "preset": preset, "threads": "1"}
        for picture in pictures:
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        container.mux(stream.encode())


def compress(pictures: list[Image], fps: int, crf: int) -> list[Image]:
    """Pictures (H,W,3) as they are after H.264."""
    import av

    memory = io.BytesIO()
    write_video(memory, pictures, fps, crf, "veryfast")
    memory.seek(0)
    with av.open(memory, "r") as coded:
        return [np.asarray(frame.to_ndarray(format="rgb24"), np.uint8) for frame in coded.decode(video=0)]
