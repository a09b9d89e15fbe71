"""Names of worker processes, and whether the process behind one has ended."""

import os
import socket


def worker_name() -> str:
    """Host and process id, `bus1-4711`."""
    return f"{socket.gethostname()}-{os.getpid()}"


def is_gone(name: str) -> bool:
    """Whether it is the name of a process of this host that does not run any more.

    A process that asks before it uses its own name may find that name: it is that of
    its predecessor, as in a container that was started again.
    """
    host, _, number = name.rpartition("-")
    if host != socket.gethostname() or not number.isdecimal():
        return False
    if int(number) == os.getpid():
        return True
    try:
        os.kill(int(number), 0)
    except ProcessLookupError:
        return True
    except (PermissionError, OverflowError):
        return False
    return False
