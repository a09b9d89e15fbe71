"""The C library's allocator told to give memory back.

Batches of some hundred KB come and go in many threads. glibc gives each thread a heap
of its own and, once a large block was freed, keeps such blocks for later; both cost
a worker with many connectors about 20 MB that nobody uses.
"""

import ctypes

_TRIM_THRESHOLD, _MMAP_THRESHOLD, _ARENA_MAX = -1, -3, -8
"""Numbers of `mallopt` in glibc's `malloc.h`."""
_LARGE_BYTES = 128 << 10


def give_memory_back() -> None:
    """One heap for all threads, large blocks outside it; call it before threads start.

    Does nothing where the C library has no `mallopt` (musl, macOS).
    """
    set_option = getattr(ctypes.CDLL(None), "mallopt", None)
    if set_option is None:
        return
    set_option(_ARENA_MAX, 1)
    set_option(_MMAP_THRESHOLD, _LARGE_BYTES)
    set_option(_TRIM_THRESHOLD, 2 * _LARGE_BYTES)
