"""What a process may take of the machine."""

import sys

_GIB = 2**30


def limit_memory(most: float) -> None:
    """Let this process have at most so many GiB of memory of its own, where the system has such a limit: Linux.

    What asks for more gets none: a MemoryError, or the end of the process.
    """
    if sys.platform == "linux":
        import resource

        resource.setrlimit(resource.RLIMIT_DATA, (int(most * _GIB), int(most * _GIB)))
