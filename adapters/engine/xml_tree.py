"""Cuts an XML document into items: leaf elements become cells by their path, places are XPaths.

Nothing outside the document is ever read: no DTD, no entity, no network. With a stylesheet the
document is first turned into ``<items>`` by XSLT 1.0. It knows no element's meaning.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from lxml import etree
from rapidfuzz import process

from adapters.engine.rows import CELL_CHARACTERS, FILE_CASES, Cell, Parsed, Row
from adapters.engine.spec import Source
from adapters.engine.speech import Speech
from adapters.engine.xml_references import References, follow, is_of_the_document
from gateway.adapter import AdapterError, Issue

ROOT = "#root"
"""The cell that holds the name of the document's element: what kind of message it is."""
_NOTHING = etree.XSLTAccessControl(  # type: ignore[call-arg]  # the stubs lack its arguments
    read_file=False, write_file=False, create_dir=False, read_network=False, write_network=False
)
PLACE = "{urn:iarms:adapter:place}at"
"""The attribute that tells a stylesheet where an element stands in the document."""


def xml_parser() -> etree.XMLParser:
    """A parser that reads nothing but the octets it is given."""
    return etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )


def load_stylesheet(path: Path) -> etree.XSLT:
    """The stylesheet at ``path``, which may read and write nothing; raises ``AdapterError``."""
    try:
        return etree.XSLT(etree.parse(str(path), xml_parser()), access_control=_NOTHING)
    except (etree.XSLTParseError, etree.XMLSyntaxError, OSError) as error:
        raise AdapterError(
            f"the stylesheet cannot be used: {error}", place=f"{path.parent.name}/{path.name}"
        ) from error


class Names:
    """Element names as the adapter writes them: several namespaces may share one prefix."""

    def __init__(self, namespaces: Mapping[str, Sequence[str]]) -> None:
        self._prefixes = {uri: prefix for prefix, uris in namespaces.items() for uri in uris}
        self._said: dict[str, str] = {}

    def of(self, tag: str) -> str:
        """``nc:ItemModelName`` for ``{http://...}ItemModelName``."""
        if tag not in self._said:
            name = etree.QName(tag)
            prefix = self._prefixes.get(name.namespace or "", self._prefixes.get("*"))
            if prefix is None:
                said = tag
            else:
                said = f"{prefix}:{name.localname}" if prefix else name.localname
            self._said[tag] = said
        return self._said[tag]


def parse_xml(  # noqa: PLR0911 - one return a reason to refuse
    native: bytes,
    source: Source,
    wanted: frozenset[str],
    speech: Speech,
    stylesheet: etree.XSLT | None,
) -> Parsed:
    """The items of ``native``; ``wanted`` are the paths that the mapping reads."""
    if not native.strip():
        return Parsed(rows=(), issues=(speech.issue("EMPTY", at=speech.place("file")),))
    try:
        root = etree.fromstring(native, xml_parser())
    except (etree.XMLSyntaxError, ValueError) as error:
        return Parsed(rows=(), issues=(_unreadable(error, speech),))
    if root.getroottree().docinfo.doctype:  # type: ignore[union-attr]  # the stubs call it Any
        issue = speech.issue("SYNTAX", at="/", value="DOCTYPE", detail="XML, no DOCTYPE")
        return Parsed(rows=(), issues=(issue,))
    names = Names(source.namespaces)
    if stylesheet is not None:
        return _transformed(root, stylesheet, wanted, speech)
    items = [
        element for element in root.iter(etree.Element) if names.of(element.tag) == source.items
    ]
    if not items:
        issue = speech.issue(
            "SYNTAX",
            at=f"/{names.of(root.tag)}",
            value=names.of(root.tag),
            detail=f"<{source.items}>",
        )
        return Parsed(rows=(), issues=(issue,))
    if len(items) > FILE_CASES:
        return Parsed(rows=(), issues=(speech.too_much("cases", len(items), FILE_CASES),))
    references = follow(root, items) if source.references else References()
    cutter = _Cutter(source, wanted, names, speech, references)
    rows = [cutter.row(item, number) for number, item in enumerate(items, start=1)]
    return Parsed(rows=rows, issues=())


def _unreadable(error: Exception, speech: Speech) -> Issue:
    line, column = getattr(error, "position", (1, 0)) or (1, 0)
    return speech.issue(
        "SYNTAX",
        at=speech.place("byte", line=line, byte=column),
        detail=f"well-formed XML ({error})",
    )


def place_of(element: etree._Element, names: Names) -> str:
    """The XPath of an element, with its number among equals."""
    steps = []
    held: etree._Element | None = element
    while held is not None:
        above = held.getparent()
        tag = held.tag
        step = names.of(tag)
        if above is not None:
            equals = [child for child in above if child.tag == tag]
            if len(equals) > 1:
                step += f"[{equals.index(held) + 1}]"
        steps.append(step)
        held = above
    return "/" + "/".join(reversed(steps))


class _Cutter:
    """How one document's elements become rows."""

    def __init__(
        self,
        source: Source,
        wanted: frozenset[str],
        names: Names,
        speech: Speech,
        references: References,
    ) -> None:
        self._references = references
        self._source = source
        self._wanted = wanted
        self._names = names
        self._speech = speech
        self._ignored = tuple(name[:-1] for name in source.ignore if name.endswith("*"))

    def row(self, item: etree._Element, number: int) -> Row:
        """One item as a row."""
        at = f"{place_of(item, self._names)} ({self._speech.place('line', line=item.sourceline)})"
        cells: dict[str, Cell] = {}
        places: dict[str, str] = {}
        issues: list[Issue] = []
        if item in self._references.again:
            return self._again(item, number, at)
        self._walk(item, "", cells, places, issues)
        if ROOT in self._wanted:
            cells[ROOT] = self._names.of(item.getroottree().getroot().tag)
        for name in self._wanted:
            if name.startswith("../"):
                self._above(item, name, cells, places)
        return Row(
            number=number,
            at=at,
            raw=etree.tostring(item, encoding="utf-8", with_tail=False),
            kind="",
            cells=cells,
            place=_placer(at, places),
            groups={},
            issues=tuple(issues),
        )

    def _again(self, item: etree._Element, number: int, at: str) -> Row:
        """An item that only refers to one which is read where it stands."""
        return Row(
            number=number,
            at=at,
            raw=etree.tostring(item, encoding="utf-8", with_tail=False),
            kind="",
            cells={},
            place=lambda _: at,
            groups={},
            issues=(),
            skipped=self._speech.skipped["REFERENCE"],
        )

    def _walk(
        self,
        element: etree._Element,
        path: str,
        cells: dict[str, Cell],
        places: dict[str, str],
        issues: list[Issue],
    ) -> None:
        if element in self._references.lost:
            to = self._references.lost[element]
            at = place_of(element, self._names)
            issues.append(self._speech.issue("SYNTAX", at=at, value=to, detail=f'id="{to}"'))
        for name, value in element.attrib.items():
            if self._source.references and is_of_the_document(str(name), element):
                continue
            self._take(
                f"{path}/@{self._names.of(str(name))}".lstrip("/"),
                str(value),
                element,
                cells,
                places,
                issues,
            )
        children = list(element.iterchildren(etree.Element))
        text = (element.text or "").strip()
        if not children and path:
            self._take(path, text, element, cells, places, issues)
        elif text or any((child.tail or "").strip() for child in children):
            stray = text or next(
                (child.tail or "").strip() for child in children if (child.tail or "").strip()
            )
            issues.append(
                self._speech.issue(
                    "SYNTAX", at=place_of(element, self._names), value=stray, detail="<...>"
                )
            )
        for child in children:
            inner = f"{path}/{self._names.of(child.tag)}".lstrip("/")
            self._walk(child, inner, cells, places, issues)

    def _take(  # noqa: PLR0917 - what is collected
        self,
        path: str,
        text: str,
        element: etree._Element,
        cells: dict[str, Cell],
        places: dict[str, str],
        issues: list[Issue],
    ) -> None:
        if not text or path in self._source.ignore or path.startswith(self._ignored or ("\0",)):
            return
        if path not in self._wanted:
            near = process.extractOne(path, sorted(self._wanted), score_cutoff=70)
            issues.append(
                self._speech.issue(
                    "FIELD",
                    at=place_of(element, self._names),
                    value=f"{path} = {text}",
                    cell=path,
                    suggestion=near[0] if near else None,
                    names=", ".join(sorted(self._wanted)),
                )
            )
            return
        if len(text) > CELL_CHARACTERS:
            issues.append(
                self._speech.issue(
                    "LENGTH", at=place_of(element, self._names), value=text, limit=CELL_CHARACTERS
                )
            )
            return
        held = cells.get(path)
        if held is None:
            cells[path] = text
            places[path] = place_of(element, self._names)
        elif path in self._source.several:
            cells[path] = (*held, text) if isinstance(held, tuple) else (held, text)
        else:
            issues.append(
                self._speech.issue(
                    "DOUBLED", at=place_of(element, self._names), value=text, cell=path, column=path
                )
            )

    def _above(
        self, item: etree._Element, name: str, cells: dict[str, Cell], places: dict[str, str]
    ) -> None:
        """A value of the document around the item: ``../`` climbs, the rest goes down."""
        held: etree._Element | None = item
        rest = name
        while rest.startswith("../") and held is not None:
            held, rest = held.getparent(), rest[3:]
        for step in rest.split("/"):
            if held is None:
                return
            held = next(
                (
                    child
                    for child in held.iterchildren(etree.Element)
                    if self._names.of(child.tag) == step
                ),
                None,
            )
        if held is not None and (held.text or "").strip():
            cells[name] = (held.text or "").strip()
            places[name] = place_of(held, self._names)


def _placer(at: str, places: Mapping[str, str]) -> Callable[[str], str]:
    return lambda path: places.get(path, f"{at}, {path}" if path else at)


def _transformed(
    root: etree._Element, stylesheet: etree.XSLT, wanted: frozenset[str], speech: Speech
) -> Parsed:
    names = Names({"": [""]})
    for element in root.iter(etree.Element):
        element.set(PLACE, _local_place(element))
    try:
        made = stylesheet(root).getroot()
    except etree.XSLTApplyError as error:
        issue = speech.issue("SYNTAX", at="/", detail=f"XSLT ({error})")
        return Parsed(rows=(), issues=(issue,))
    items = [*made.iterchildren("item")] if etree.iselement(made) else []
    if not items:
        at = f"/{etree.QName(root).localname}"
        return Parsed(rows=(), issues=(speech.issue("SYNTAX", at=at, detail="<item>"),))
    rows = [_made_row(item, number, wanted, speech, names) for number, item in enumerate(items, 1)]
    return Parsed(rows=rows, issues=())


def _local_place(element: etree._Element) -> str:
    above = element.getparent()
    step = etree.QName(element).localname
    if above is None:
        return f"/{step}"
    equals = [child for child in above if child.tag == element.tag]
    number = f"[{equals.index(element) + 1}]" if len(equals) > 1 else ""
    return f"{above.get(PLACE, '')}/{step}{number}"


def _made_row(
    item: etree._Element, number: int, wanted: frozenset[str], speech: Speech, names: Names
) -> Row:
    """One ``<item at='...'>`` with its ``<cell name='...' at='...'>``."""
    at = item.get("at") or place_of(item, names)
    cells: dict[str, Cell] = {}
    places: dict[str, str] = {}
    issues: list[Issue] = []
    for cell in item.iterchildren("cell"):
        name, text = cell.get("name") or "", (cell.text or "").strip()
        place = cell.get("at") or at
        if not text:
            continue
        if name not in wanted:
            near = process.extractOne(name, sorted(wanted), score_cutoff=70)
            issues.append(
                speech.issue(
                    "FIELD",
                    at=place,
                    value=f"{name} = {text}",
                    cell=name,
                    suggestion=near[0] if near else None,
                    names=", ".join(sorted(wanted)),
                )
            )
        elif name in cells:
            held = cells[name]
            cells[name] = (*held, text) if isinstance(held, tuple) else (held, text)
        else:
            cells[name], places[name] = text, place
    return Row(
        number=number,
        at=at,
        raw=etree.tostring(item, encoding="utf-8", with_tail=False),
        kind=item.get("kind") or "",
        cells=cells,
        place=_placer(at, places),
        groups={},
        issues=tuple(issues),
    )


def told_xml(lines: Iterator[Mapping[str, str]], root: str) -> etree._Element:
    """Answers as ``<answers><line result='...'/></answers>``, for a stylesheet or as they are."""
    made = etree.Element(root)
    for line in lines:
        told = etree.SubElement(made, "line")
        for name, text in line.items():
            if text:
                etree.SubElement(told, name).text = text
    return made
