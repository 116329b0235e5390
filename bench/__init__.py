"""Measurements: what a figure of the documents comes from. Nothing in production imports them.

They use parts of the tests, whose folder is where those look for one another.
"""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1] / "tests"))
