"""From 2D keypoints to joint angles and bone lengths, inside every limit and smooth over time."""

from .lengths import of_height
from .networks import check_networks
from .person import Tracked, track_hand, track_person
from .seen import angles_seen
from .smooth import Filter, bridge, filter_values, smooth_angles

__all__ = [
    "Filter",
    "Tracked",
    "angles_seen",
    "bridge",
    "check_networks",
    "filter_values",
    "of_height",
    "smooth_angles",
    "track_hand",
    "track_person",
]
