"""Every link between documents leads somewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

pytestmark = pytest.mark.unit

REPOSITORY = Path(__file__).parents[3]
FENCE = re.compile(r"^```.*?^```", re.DOTALL | re.MULTILINE)
CODE = re.compile(r"`[^`\n]*`")
LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#{1,6} +(.*)$", re.MULTILINE)


def documents() -> list[Path]:
    folders = ("docs", "config", "adapters")
    found = [path for folder in folders for path in (REPOSITORY / folder).rglob("*.md")]
    return sorted([REPOSITORY / "README.md", *found])


def text_of(document: Path) -> str:
    return FENCE.sub("", document.read_text(encoding="utf-8"))


def anchors(document: Path) -> set[str]:
    """The names that headings get where Markdown is shown (GitHub's rule)."""
    return {
        re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")
        for heading in HEADING.findall(text_of(document))
    }


def broken(document: Path) -> Iterator[str]:
    for link in LINK.findall(CODE.sub("", text_of(document))):
        if link.startswith(("https://", "mailto:")):
            continue
        name, _, anchor = link.partition("#")
        target = (document.parent / name).resolve() if name else document
        if not target.exists():
            yield f"{link}: no such file"
        elif anchor and anchor not in anchors(target):
            yield f"{link}: no such heading"


@pytest.mark.parametrize("document", documents(), ids=lambda p: str(p.relative_to(REPOSITORY)))
def test_every_link_leads_somewhere(document: Path) -> None:
    assert list(broken(document)) == []


def test_the_index_names_every_guide_reference_and_specification() -> None:
    index = (REPOSITORY / "docs" / "README.md").read_text(encoding="utf-8")
    folders = ("guides", "reference", "spec")
    pages = [page for folder in folders for page in (REPOSITORY / "docs" / folder).glob("*.md")]
    missing = [page.name for page in pages if f"({page.parent.name}/{page.name})" not in index]
    assert missing == []


def test_the_glossary_is_in_order_and_names_each_word_once() -> None:
    page = (REPOSITORY / "docs" / "glossary.md").read_text(encoding="utf-8")
    words = [word for word in re.findall(r"^\| ([^|]+) \|", page, re.MULTILINE) if word != "word"]
    assert len(words) > 1
    assert words == sorted(set(words), key=str.lower)
