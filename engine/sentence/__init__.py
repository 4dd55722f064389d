"""Signs one after the other: from glosses to a motion in which the hands go from each to the next."""

from .chain import Part as Part
from .chain import chain as chain
from .glosses import read_glosses as read_glosses
