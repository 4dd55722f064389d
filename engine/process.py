"""What a process does about its modules and streams: a detecting one first of all, and any for a silent moment."""

import atexit
import ctypes
import importlib
import os
import platform
import re
import sys
import threading
from collections.abc import Generator
from contextlib import contextmanager
from types import ModuleType

STAND_INS = ("cv2", "matplotlib", "matplotlib.pyplot")
"""MediaPipe imports them for drawing helpers that nothing here calls."""
_M_ARENA_MAX = -8  # of malloc.h
_LAST = b"\x04\n"
_CHATTER = re.compile(rb"[IW]\d{4} |INFO: |WARNING: All log messages before")


def prepare_process() -> None:
    """Make ready to detect, with MediaPipe's routine notes kept from stderr; once, at the entry point."""
    _share_one_heap()
    _drop_native_chatter()
    import_mediapipe()


def import_mediapipe() -> None:
    """Import MediaPipe without its drawing libraries.

    sys.modules is as before afterwards, but for MediaPipe and what it needs.
    """
    absent = [name for name in STAND_INS if name not in sys.modules]
    for name in absent:
        sys.modules[name] = ModuleType(name)
    try:
        importlib.import_module("mediapipe")
    finally:
        for name in absent:
            del sys.modules[name]


@contextmanager
def silenced(*streams: int) -> Generator[None]:
    """Send what native code and Python write to file descriptors, 1 and 2 by themselves, nowhere for a while."""
    streams = streams or (1, 2)
    sys.stdout.flush()
    sys.stderr.flush()
    kept, nothing = [os.dup(stream) for stream in streams], os.open(os.devnull, os.O_WRONLY)
    for stream in streams:
        os.dup2(nothing, stream)
    try:
        yield
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        for stream, original in zip(streams, kept, strict=True):
            os.dup2(original, stream)
            os.close(original)
        os.close(nothing)


def _share_one_heap() -> None:
    """Let all threads of the process use one heap; before any of them is started.

    glibc gives up to eight heaps per core to threads that wait for each other, so the busier the machine, the
    more; and every landmarker has threads of its own. What one of them frees stays in its heap, where no other
    finds it (mallopt(3), M_ARENA_MAX). Other systems have no such heaps.
    """
    if platform.libc_ver()[0] == "glibc":
        ctypes.CDLL(None).mallopt(_M_ARENA_MAX, 1)


def _drop_native_chatter() -> None:
    """Pass what native code writes to stderr on, except lines of level INFO and WARNING.

    MediaPipe writes to file descriptor 2 itself and has no switch; Python's own stderr stays direct.
    """
    original = os.dup(2)
    sys.stderr = os.fdopen(os.dup(original), "w", buffering=1, errors="backslashreplace")
    source, sink = os.pipe()
    os.dup2(sink, 2)
    os.close(sink)

    def forward() -> None:
        with os.fdopen(source, "rb") as lines:
            for line in lines:
                if line.endswith(_LAST):
                    os.write(original, line.removesuffix(_LAST))
                    return
                if not _CHATTER.match(line):
                    os.write(original, line)

    reader = threading.Thread(target=forward, daemon=True)
    reader.start()

    def restore() -> None:
        os.write(2, _LAST)  # its end is not the pipe's: processes that were started meanwhile hold it, too
        os.dup2(original, 2)
        reader.join()

    atexit.register(restore)
