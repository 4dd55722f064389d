"""ELAN's annotation files (.eaf): read, linked with their videos, cut into excerpts, and written."""

from .annotations import Annotation, Annotations, Medium, Tier
from .excerpts import Excerpt, excerpts_of, safe_name, unique_names
from .read import read_eaf
from .tiers import tiers_of
from .video import Video, file_of, find_video, may_be_video, name_of
from .write import add_to_eaf, write_eaf

__all__ = [
    "Annotation",
    "Annotations",
    "Excerpt",
    "Medium",
    "Tier",
    "Video",
    "add_to_eaf",
    "excerpts_of",
    "file_of",
    "find_video",
    "may_be_video",
    "name_of",
    "read_eaf",
    "safe_name",
    "tiers_of",
    "unique_names",
    "write_eaf",
]
