"""``python -m gateway.cli`` is ``iarms``."""

from gateway.cli import main

main()
