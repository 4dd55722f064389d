"""From 2D keypoints to joint angles and bone lengths, inside every limit and smooth over time."""

from .expected import guessed_where_unseen
from .lengths import of_height
from .networks import Network, check_networks, read_network
from .person import Tracked, track_hand, track_person
from .seen import angles_seen
from .smooth import Filter, bridge, filter_distance, filter_values, short_gaps, smooth_angles

__all__ = [
    "Filter",
    "Network",
    "Tracked",
    "angles_seen",
    "bridge",
    "check_networks",
    "filter_distance",
    "filter_values",
    "guessed_where_unseen",
    "of_height",
    "read_network",
    "short_gaps",
    "smooth_angles",
    "track_hand",
    "track_person",
]
