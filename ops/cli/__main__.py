"""`python -m ops.cli` is `opdbus`."""

from ops.cli import main

main()
