"""ELAN's annotation files (.eaf): read, linked with their videos, cut into clips, and written."""

from .annotations import Annotation, Annotations, Medium, Tier
from .clips import Clip, clips_of, safe_name, unique_names
from .read import read_eaf
from .video import Video, files_of, find_video

__all__ = [
    "Annotation",
    "Annotations",
    "Clip",
    "Medium",
    "Tier",
    "Video",
    "clips_of",
    "files_of",
    "find_video",
    "read_eaf",
    "safe_name",
    "unique_names",
]
