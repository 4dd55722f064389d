"""Photographed hands as training samples: fitted handshapes, and how the detector sees them in their photographs."""

from pathlib import Path

import numpy as np
import torch

from ...geometry.camera import Camera
from ...keypoints import Side
from ...lifting.sight import see_hand
from ...skeleton import hand_skeleton
from ..fitting.fitted_handshapes import DISTANCE, HANDSHAPES, OUTLIER
from ..photographs import PHOTOS, load_photographs, still
from .detector_errors import CAMERA, ObservedHands, hand_errors


def photographed_hands(path: Path = HANDSHAPES, photos: Path = PHOTOS) -> ObservedHands:
    """The kept handshapes as the detector sees them in their photographs, wrongly detected views left out."""
    with np.load(path, allow_pickle=False) as stored:
        names, residual, rotations = (stored[name] for name in ("names", "residual", "rotations"))
        poses, bones = stored["angles"], stored["lengths"]
    kept = load_photographs(photos)
    kept = kept.rows(np.isin(kept.names, names))
    rows, views = np.nonzero(residual < OUTLIER)
    stills = [still(kept, at) for at in zip(rows, views, strict=True)]
    sights = [see_hand(keypoints, Camera.assumed(keypoints.size, None), Side.RIGHT) for keypoints in stills]
    seen = (torch.as_tensor(np.concatenate(x)).float() for x in zip(*((s.plane, s.depth) for s in sights), strict=True))
    distance, rest = torch.full((len(rows),), DISTANCE), torch.as_tensor(hand_skeleton().rest[0]).float()
    root = rest.T @ CAMERA.T @ torch.as_tensor(rotations[rows, views]) @ rest
    angles, lengths = torch.as_tensor(poses[rows]), torch.as_tensor(bones[rows])
    errors = hand_errors(seen, root, angles, lengths, distance)
    return ObservedHands(torch.arange(len(rows)), root, angles, lengths, torch.ones(len(rows)), distance, *errors)
