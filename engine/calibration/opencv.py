"""OpenCV, whose own type stubs leave out some of what it takes and gives."""

from importlib import import_module
from typing import Any

cv2: Any = import_module("cv2")
