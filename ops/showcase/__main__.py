"""`python -m ops.showcase`, which `ops/demo` calls."""

import os
import signal

# Ctrl-C while the libraries load: nothing has been started, so nothing is left behind.
for number in (signal.SIGINT, signal.SIGTERM):
    signal.signal(number, lambda *_: os._exit(130))

from ops.showcase.command import main  # noqa: E402 - only now is Ctrl-C caught

main()
