"""ELAN's annotation files (.eaf): read, linked with their videos, cut into clips, and written."""

from .annotations import Annotation as Annotation
from .annotations import Annotations as Annotations
from .annotations import Medium as Medium
from .annotations import Tier as Tier
from .read import read_eaf as read_eaf
