"""From a video to 2D keypoints of one person, or of one hand."""

from .detect import detect
from .landmarkers import MODELS_DIR
from .video import open_video

__all__ = ["MODELS_DIR", "detect", "open_video"]
