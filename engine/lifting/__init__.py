"""From 2D keypoints to joint angles and bone lengths, inside every limit and smooth over time."""

from .face import lift_face
from .from_points import track_points
from .lengths import of_height
from .networks import Network, check_networks, read_network
from .observations import Observation, Picture, place_in_space
from .person import Tracked, track_hand, track_person
from .sides import steady_sides
from .smooth import Filter, bridge, filter_distance, filter_values, short_gaps, smooth_angles
from .views import seen_by_any, track_views

__all__ = [
    "Filter",
    "Network",
    "Observation",
    "Picture",
    "Tracked",
    "bridge",
    "check_networks",
    "filter_distance",
    "filter_values",
    "lift_face",
    "of_height",
    "place_in_space",
    "read_network",
    "seen_by_any",
    "short_gaps",
    "smooth_angles",
    "steady_sides",
    "track_hand",
    "track_person",
    "track_points",
    "track_views",
]
