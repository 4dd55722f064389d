"""Training of the two networks on windows around rendered hands."""

from collections.abc import Callable

import torch
from torch import Tensor, nn

from .networks import PICTURE, HandSegNet, PoseNet, blobs, expected, hand_mask
from .windows import SIZE, Windows

BATCH, RATE, SEED = 32, 3e-3, 3
STEPS = {"segment": 600, "pose": 1500}
#: A hand's picture is so many times larger than the box around its points.
AROUND = 1.3
#: In training hands are turned (standard deviation, radians), shifted (part of a picture) and resized (of a logarithm).
TURN, SHIFT, RESIZE = 0.3, 0.07, 0.12
#: Score maps are of 0 and 1: so that their squared errors are of the size that places' are.
MAPS_WEIGHT = 100.0
#: What the score maps of both stages (N,21,16,16) cost where points (N,21,2), pixels of the picture, are known.
Objective = Callable[[tuple[Tensor, Tensor], Tensor], Tensor]


def to_tensor(windows: Windows) -> Tensor:
    """(N,3,128,128) from -0.5 to 0.5."""
    return torch.as_tensor(windows.pictures).permute(0, 3, 1, 2).float() / 255 - 0.5


def crops(pictures: Tensor, middles: Tensor, sides: Tensor, turns: Tensor | None = None) -> tuple[Tensor, Tensor]:
    """Squares of windows (N,3,128,128) as pictures (N,3,64,64), and the maps (N,2,3) from their pixels to the windows'.

    `middles` (N,2) and `sides` (N,) in pixels of the windows; `turns` (N,) radians.
    """
    angles = torch.zeros(len(sides)) if turns is None else turns
    cosine, sine = torch.cos(angles), torch.sin(angles)
    turn = torch.stack([torch.stack([cosine, -sine], -1), torch.stack([sine, cosine], -1)], -2)
    linear = turn * (sides / PICTURE)[:, None, None]
    to_window = torch.cat([linear, (middles - PICTURE / 2 * linear.sum(-1))[..., None]], -1)
    # PyTorch's grids go from -1 to 1 over a picture.
    theta = torch.cat([linear * (PICTURE / SIZE), (middles * (2 / SIZE) - 1)[..., None]], -1)
    grid = nn.functional.affine_grid(theta, [len(sides), 3, PICTURE, PICTURE], align_corners=False)
    return nn.functional.grid_sample(pictures, grid, padding_mode="border", align_corners=False), to_window


def onto(points: Tensor, to_window: Tensor) -> Tensor:
    """Points (N,K,2) of crops in pixels of their windows, by maps (N,2,3)."""
    return points @ to_window[..., :2].mT + to_window[:, None, :, 2]


def within(points: Tensor, to_window: Tensor) -> Tensor:
    """Points (N,K,2) of windows in pixels of crops, by the same maps."""
    return torch.linalg.solve(to_window[..., :2], (points - to_window[:, None, :, 2]).mT).mT


def square_around(points: Tensor) -> tuple[Tensor, Tensor]:
    """Middles (N,2) and sides (N,) of a hand's square, from its points (N,K,2)."""
    low, high = points.amin(1), points.amax(1)
    return (low + high) / 2, AROUND * (high - low).amax(-1)


def learn_segments(windows: Windows, steps: int) -> HandSegNet:
    """Both hands of the person against all else: cross entropy of every pixel."""
    torch.manual_seed(SEED)
    network, pictures = HandSegNet(), to_tensor(windows)
    both = [torch.as_tensor(points).float() * (PICTURE / SIZE) for points in (windows.points, windows.others)]

    def loss(rows: Tensor) -> Tensor:
        small = nn.functional.avg_pool2d(_lit(pictures[rows]), SIZE // PICTURE)
        masks = torch.maximum(*(hand_mask(points[rows], PICTURE) for points in both))
        return nn.functional.binary_cross_entropy_with_logits(network(small), masks)

    _optimise(network, loss, len(pictures), steps)
    return network


def by_maps(stages: tuple[Tensor, Tensor], points: Tensor) -> Tensor:
    """Squared errors of both stages' score maps."""
    target = blobs(points)
    return sum((MAPS_WEIGHT * ((maps - target) ** 2).mean() for maps in stages), start=torch.zeros(()))


def by_places(stages: tuple[Tensor, Tensor], points: Tensor) -> Tensor:
    """Mean distances along the axes, pixels, of both stages' expected places (L1, as Sun et al. found best)."""
    return sum(((expected(maps) - points).abs().mean() for maps in stages), start=torch.zeros(()))


def learn_points(windows: Windows, objective: Objective, steps: int) -> PoseNet:
    """The points of hands in squares around them, which are turned, shifted and resized."""
    torch.manual_seed(SEED)
    network, pictures, points = PoseNet(), to_tensor(windows), torch.as_tensor(windows.points).float()

    def loss(rows: Tensor) -> Tensor:
        middles, sides = square_around(points[rows])
        sides = sides * torch.exp(RESIZE * torch.randn(len(rows)))
        middles = middles + SHIFT * sides[:, None] * torch.randn(len(rows), 2)
        shown, to_window = crops(_lit(pictures[rows]), middles, sides, TURN * torch.randn(len(rows)))
        return objective(network(shown), within(points[rows], to_window))

    _optimise(network, loss, len(pictures), steps)
    return network


def _lit(pictures: Tensor) -> Tensor:
    """Pictures with another light and other colours."""
    return pictures * (1 + 0.2 * torch.randn(len(pictures), 3, 1, 1)) + 0.1 * torch.randn(len(pictures), 3, 1, 1)


def _optimise(network: nn.Module, loss: Callable[[Tensor], Tensor], count: int, steps: int) -> None:
    optimizer = torch.optim.AdamW(network.parameters(), lr=RATE, weight_decay=1e-3)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, RATE, total_steps=steps, pct_start=0.1)
    for step in range(steps):
        value = loss(torch.randint(count, (min(BATCH, count),)))
        optimizer.zero_grad()
        value.backward()
        optimizer.step()
        schedule.step()
        if step % 100 == 0:
            print(f"step {step} of {steps}, loss {value.item():.3f}", flush=True)
