"""Names of modules that stand for something else while a row of the ablation runs."""

from contextlib import ExitStack
from types import ModuleType
from typing import Any
from unittest.mock import patch

#: Module, name, and what stands there instead.
Settings = tuple[tuple[ModuleType, str, Any], ...]


def replaced(settings: Settings) -> ExitStack:
    """Until it is closed, modules have these values."""
    stack = ExitStack()
    for module, name, value in settings:
        stack.enter_context(patch.object(module, name, value))
    return stack
