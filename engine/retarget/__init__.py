"""Motion of our skeleton onto other rigs; pure, Blender is not needed."""

from .character import Character
from .performance import Performance
from .recognise.map_files import RigMap, load_maps, read_map, write_map
from .recognise.match import NAMES, is_optional, without_mechanism
from .recognise.recognise import recognise, recognise_in_part
from .rig import Rig
from .transfer.mirrored_limits import MirroredLimit, mirrored_limits

__all__ = [
    "NAMES",
    "Character",
    "MirroredLimit",
    "Performance",
    "Rig",
    "RigMap",
    "is_optional",
    "load_maps",
    "mirrored_limits",
    "read_map",
    "recognise",
    "recognise_in_part",
    "without_mechanism",
    "write_map",
]
