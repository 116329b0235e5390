"""Says what is wrong in the adapter's language: one sentence a code, the same in every output.

It does not decide that something is wrong.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from adapters.engine.rows import shown
from gateway.adapter import Issue

_PLAIN_FINDINGS = ("_AGREES", "_DIFFERS", "_NOT_GIVEN")  # the words say it all
_FOLDER = Path(__file__).parent / "phrases"


@dataclass(frozen=True, slots=True, kw_only=True)
class Speech:
    """The phrases of one language, by part and code."""

    language: str
    expected: dict[str, str]
    remedy: dict[str, str]
    places: dict[str, str]
    suggestion: str
    letters: Mapping[int, int]  # of day, month and year in the form of a date
    reasons: dict[str, str]
    outcomes: dict[str, str]
    sizes: dict[str, str]
    skipped: dict[str, str]

    def reason(self, code: str, outcome: str, detail: str) -> str:
        """Why a record matches, such as ``make: differs``; ``detail`` for a reason unknown here.

        Codes are a trait and what was found (``MAKE_NEAR``, docs/spec/registry.md section 5).
        """
        trait = self.reasons.get(code.partition("_")[0])
        plain = code.endswith(_PLAIN_FINDINGS)
        if trait is None or outcome not in self.outcomes or not (plain or outcome == "FOLDED"):
            return detail
        said = f"{trait}: {self.outcomes[outcome]}"
        return said if plain else f"{said} ({detail})"

    def place(self, form: str, **slots: object) -> str:
        """A place in the source's own terms, such as ``line 3, column Marca``."""
        return self.places[form].format(**slots)

    @property
    def around_line(self) -> tuple[str, str]:
        """What a line's place says before the number and after it."""
        before, after = self.places["line"].split("{line}")
        return before, after

    def too_much(self, what: str, found: int, limit: int) -> Issue:
        """The issue of a file with more octets, lines, columns or cases than are taken."""
        return self.issue(
            "SIZE", at=self.place("file"), value=found, limit=limit, what=self.sizes[what]
        )

    def issue(
        self,
        code: str,
        *,
        at: str,
        value: object = "",
        field: str = "",
        cell: str = "",
        suggestion: str | None = None,
        **slots: object,
    ) -> Issue:
        """The issue ``code`` at ``at``, in the column ``cell``; ``slots`` fill its sentences."""
        if code == "DATE":
            slots["form"] = str(slots["form"]).translate(self.letters)
        remedy = self.remedy[code].format(**slots)
        if suggestion is not None:
            remedy = self.suggestion.format(suggestion=suggestion) + remedy
        return Issue(
            code=code,
            at=at,
            field=field,
            value=shown(value),
            expected=self.expected[code].format(**slots),
            remedy=remedy,
            column=cell,
        )


@cache
def speech(language: str) -> Speech:
    """The phrases of ``language``, one of the files of ``phrases/``."""
    parts = tomllib.loads((_FOLDER / f"{language}.toml").read_text(encoding="utf-8"))
    return Speech(
        language=language,
        expected=parts["expected"],
        remedy=parts["remedy"],
        places=parts["place"],
        suggestion=parts["suggestion"],
        letters=str.maketrans("DMY", parts["letters"]),
        reasons=parts["reason"],
        outcomes=parts["outcome"],
        sizes=parts["size"],
        skipped=parts["skipped"],
    )
