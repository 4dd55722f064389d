"""HandSegNet and PoseNet of Zimmermann and Brox (2017), smaller, and two ways from score maps to points.

Their Tables 4 and 5 have pictures of 256 by 256 and up to 512 channels; here it is 64 by 64 and 64 channels, no weights
of other tasks to begin with, and one refining stage: what two cores train in minutes.
"""

import torch
from torch import Tensor, nn

from ...keypoints import HAND_NAMES

#: Pixels of a picture's side, and of a score map's.
PICTURE, MAP = 64, 16
#: Channels while a picture is halved twice.
CHANNELS = (16, 32, 64)
POINTS = len(HAND_NAMES)
#: Score maps times this are the logarithms of a soft argmax: with 1, two hundred steps leave it near the middle.
SHARP = 10.0


def _convolved(inputs: int, outputs: int) -> nn.Sequential:
    return nn.Sequential(nn.Conv2d(inputs, outputs, 3, padding=1), nn.ReLU())


def _halved() -> nn.Sequential:
    """(N,3,64,64) -> (N,64,16,16)."""
    layers: list[nn.Module] = []
    before = 3
    for own in CHANNELS:
        layers += [nn.MaxPool2d(2)] if before != 3 else []
        layers += [_convolved(before, own), _convolved(own, own)]
        before = own
    return nn.Sequential(*layers)


class HandSegNet(nn.Module):
    """Where in a picture hands are: (N,3,64,64) -> scores (N,64,64), positive on a hand."""

    def __init__(self) -> None:
        super().__init__()
        self.layers = nn.Sequential(_halved(), _convolved(CHANNELS[-1], 64), nn.Conv2d(64, 1, 1))

    def forward(self, pictures: Tensor) -> Tensor:
        """Scores of a quarter of the size, enlarged."""
        return nn.functional.interpolate(self.layers(pictures), scale_factor=4, mode="bilinear")[:, 0]


class PoseNet(nn.Module):
    """Score maps of the 21 points in a hand's picture: (N,3,64,64) -> (N,21,16,16) of two stages."""

    def __init__(self) -> None:
        super().__init__()
        self.seen = _halved()
        self.first = nn.Sequential(_convolved(CHANNELS[-1], 64), nn.Conv2d(64, POINTS, 1))
        self.refined = nn.Sequential(
            _convolved(CHANNELS[-1] + POINTS, 64), _convolved(64, 64), nn.Conv2d(64, POINTS, 1)
        )

    def forward(self, pictures: Tensor) -> tuple[Tensor, Tensor]:
        """The first stage's maps, and what the second makes of them and of the same features."""
        seen = self.seen(pictures)
        maps = self.first(seen)
        return maps, maps + self.refined(torch.cat([seen, maps], 1))


def highest(maps: Tensor) -> Tensor:
    """Places (N,21,2) of the maxima of score maps (N,21,16,16), enlarged, in pixels of the picture."""
    large = nn.functional.interpolate(maps, size=(PICTURE, PICTURE), mode="bilinear")
    best = large.flatten(2).argmax(-1)
    return torch.stack([best % PICTURE, best // PICTURE], -1) + 0.5


def expected(maps: Tensor) -> Tensor:
    """Places (N,21,2) that score maps (N,21,16,16) give in the mean, in pixels of the picture: a soft argmax.

    Sun et al., "Integral Human Pose Regression" (2018), equation 1: every place times the softmax of the map there.
    """
    share = (SHARP * maps).flatten(2).softmax(-1).view_as(maps)
    places = (torch.arange(MAP) + 0.5) * (PICTURE / MAP)
    return torch.stack([(share.sum(-2) * places).sum(-1), (share.sum(-1) * places).sum(-1)], -1)


def blobs(points: Tensor) -> Tensor:
    """Score maps (N,21,16,16) to learn of points (N,21,2), pixels of the picture: Gaussians of one cell's width."""
    places = torch.arange(MAP) + 0.5
    across, down = (torch.exp(-0.5 * (places - (points * (MAP / PICTURE))[..., k : k + 1]) ** 2) for k in (0, 1))
    return down[..., :, None] * across[..., None, :]


def hand_mask(points: Tensor, size: int) -> Tensor:
    """(N,size,size) 1 on hands whose points (N,21,2) are given, of pixels of that picture: near their bones.

    What is rendered has no mask of its own: a hand is what lies within a seventh of its palm's length of a bone.
    """
    parents = [0, *(0 if k % 4 == 1 else k - 1 for k in range(1, POINTS))]
    middle = torch.arange(size) + 0.5
    grid = torch.stack(torch.meshgrid(middle, middle, indexing="xy"), -1).reshape(1, -1, 1, 2)
    start, end = points[:, None, parents], points[:, None]
    along = end - start
    share = ((grid - start) * along).sum(-1) / (along**2).sum(-1).clamp(min=1e-6)
    gap = (grid - start - share.clamp(0, 1)[..., None] * along).norm(dim=-1).amin(-1)
    palm = (points[:, 1:] - points[:, :1]).norm(dim=-1)[:, 4::4].mean(1)
    return (gap < palm[:, None] / 7).float().view(-1, size, size)
