"""How many examples a property is tried with: `make check` tries a fifth, `make test` all."""

import os

QUICK = os.environ.get("IARMS_TESTS") == "quick"


def examples(many: int) -> int:
    """``many``, or a fifth of them in the quick run."""
    return max(many // 5, 4) if QUICK else many
