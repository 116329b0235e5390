"""How many examples a property is tried with: `make check` tries a fifth, `make test` all."""

import os

QUICK = os.environ.get("IARMS_TESTS") == "quick"
LONG = os.environ.get("IARMS_TESTS") == "long"
"""For whoever has the time: `IARMS_TESTS=long .venv/bin/pytest tests/unit`."""


def examples(many: int) -> int:
    """``many``, a fifth of them in the quick run, four times as many in the long one."""
    if LONG:
        return many * 4
    return max(many // 5, 4) if QUICK else many
