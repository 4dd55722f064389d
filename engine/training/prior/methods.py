"""Ways of lifting 2D points to w^rel, as in Table 2 of Zimmermann and Brox (2017): their networks and losses.

Each is built of streams, which take the features of a hand's points and give so many numbers.
"""

from collections.abc import Callable

import torch
from torch import Tensor, nn

from ...lifting.features import PRIOR_FEATURES
from ..learning.network import perceptron
from .canonical import canonical, relative, rotation_from_axis_angle
from .kinematic import BONES, bones_of, points_of

#: Numbers that *Bottleneck* passes a pose through.
BOTTLENECK = 30
#: Cells of a score map each way, the half width that it shows in radii of the hand, and how wide a peak is, cells:
#: 25 of the paper's 256 pixels.
CELLS, HALF_WIDTH, PEAK = 32, 2.5, 25.0 / 256.0 * 32
Build = Callable[[int], nn.Module]


def coordinates(width: int, depth: int) -> Build:
    """Streams that take the points themselves."""
    return lambda outputs: perceptron(PRIOR_FEATURES, width, depth, outputs)


class ScoreMaps(nn.Module):
    """A stream as in the paper's Table 6, of as many channels and units: points as 21 score maps of 32 x 32 cells."""

    def __init__(self, channels: int, units: int, outputs: int) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        inputs = PRIOR_FEATURES // 3
        for own in (channels, 2 * channels, 4 * channels):
            layers += [nn.Conv2d(inputs, own, 3, padding=1), nn.ReLU()]
            layers += [nn.Conv2d(own, own, 3, stride=2, padding=1), nn.ReLU()]
            inputs = own
        layers += [nn.Flatten(), nn.Linear(16 * inputs, units), nn.ReLU(), nn.Dropout(0.2)]
        layers += [nn.Linear(units, units), nn.ReLU(), nn.Dropout(0.2), nn.Linear(units, outputs)]
        self.layers = nn.Sequential(*layers)

    def forward(self, features: Tensor) -> Tensor:
        """Features (N,63) -> (N,outputs)."""
        return self.layers(score_maps(features).contiguous(memory_format=torch.channels_last))


def score_maps(features: Tensor) -> Tensor:
    """(N,21,32,32) of features (N,63): 1 at a point, less around it; a point that is missing has none."""
    count = len(features)
    points, seen = features[:, :42].reshape(count, 21, 2), features[:, 42:]
    cells = (torch.arange(CELLS) + 0.5) / CELLS * (2 * HALF_WIDTH) - HALF_WIDTH
    peak = PEAK / CELLS * (2 * HALF_WIDTH)
    across, down = torch.exp(-(((points[..., None] - cells) / peak) ** 2)).unbind(2)
    return down[..., None] * across[:, :, None] * seen[..., None, None]


def score_map_streams(channels: int, units: int) -> Build:
    """Streams that take score maps."""
    return lambda outputs: ScoreMaps(channels, units, outputs)


class Direct(nn.Module):
    """w^rel as it is."""

    def __init__(self, build: Build) -> None:
        super().__init__()
        self.stream = build(63)

    def forward(self, features: Tensor) -> Tensor:
        """Features (N,63) -> w^rel (N,21,3), in the camera's axes."""
        return self.stream(features).reshape(-1, 21, 3)

    def loss(self, features: Tensor, joints: Tensor) -> Tensor:
        """Mean squared error against joints (N,21,3), metres, camera's axes."""
        return (self(features) - relative(joints)[0]).square().mean()


class Bottleneck(Direct):
    """w^rel out of few numbers, which are to find that poses have few degrees of freedom."""

    def __init__(self, build: Build) -> None:
        super().__init__(lambda outputs: nn.Sequential(build(BOTTLENECK), nn.Linear(BOTTLENECK, outputs)))


class Local(nn.Module):
    """Bones in the frames of their parents."""

    def __init__(self, build: Build) -> None:
        super().__init__()
        self.stream = build(3 * BONES)

    def forward(self, features: Tensor) -> Tensor:
        """As Direct's."""
        return points_of(self.stream(features).reshape(-1, BONES, 3))

    def loss(self, features: Tensor, joints: Tensor) -> Tensor:
        """Mean squared error of lengths and turns."""
        bones = bones_of(relative(joints)[0])
        return (self.stream(features).reshape(-1, BONES, 3) - bones).square().mean()


class Proposed(nn.Module):
    """Two streams: the hand in its canonical frame, and the viewpoint."""

    def __init__(self, build: Build) -> None:
        super().__init__()
        self.coordinates, self.viewpoint = build(63), build(3)

    def parts(self, features: Tensor) -> tuple[Tensor, Tensor]:
        """w^c (N,21,3) and R (N,3,3)."""
        return self.coordinates(features).reshape(-1, 21, 3), rotation_from_axis_angle(self.viewpoint(features))

    def forward(self, features: Tensor) -> Tensor:
        """As Direct's."""
        own, rotation = self.parts(features)
        return own @ rotation

    def loss(self, features: Tensor, joints: Tensor) -> Tensor:
        """Mean squared errors of both parts, L_c + L_r."""
        own, rotation = self.parts(features)
        true = canonical(joints, torch.zeros(len(joints), dtype=torch.bool))
        coordinates = (own - true.coordinates).square().mean()  # Eq. 8
        return coordinates + (rotation - true.rotation).square().mean()  # Eq. 9


Method = Direct | Local | Proposed
METHODS: dict[str, Callable[[Build], Method]] = {
    "Direct": Direct,
    "Bottleneck": Bottleneck,
    "Local": Local,
    "Proposed": Proposed,
}
