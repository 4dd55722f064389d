"""3D points of other systems: files read, their names, units and axes recognised."""

from .points import Points3D
from .read import FORMATS, is_points, read_points
from .view import before_camera, shown_to

__all__ = ["FORMATS", "Points3D", "before_camera", "is_points", "read_points", "shown_to"]
