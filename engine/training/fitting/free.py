"""Free numbers as rotations and as angles within the limits: what descends, and what networks put out."""

import torch
from torch import Tensor, nn

from ...skeleton import Skeleton


def rotation_from_six(six: Tensor) -> Tensor:
    """(..., 6) -> rotations (..., 3, 3): two columns made orthonormal (Zhou et al. 2019)."""
    x = nn.functional.normalize(six[..., :3], dim=-1)
    y = six[..., 3:] - (six[..., 3:] * x).sum(-1, keepdim=True) * x
    y = nn.functional.normalize(y, dim=-1)
    return torch.stack([x, y, torch.linalg.cross(x, y)], -1)


def spread(skeleton: Skeleton, raw: Tensor) -> Tensor:
    """Raw outputs (..., A - 3) -> angles within the limits, radians; the root's are not among them."""
    lower = torch.as_tensor(skeleton.lower[3:], dtype=raw.dtype)
    upper = torch.as_tensor(skeleton.upper[3:], dtype=raw.dtype)
    return lower + (upper - lower) * torch.sigmoid(raw)
