"""Items are asked for at a national system's web service, page by page; answers are posted to it.

It follows no redirection and speaks plain HTTP with this machine alone.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from hashlib import sha256
from pathlib import Path
from time import monotonic
from typing import Any
from urllib.parse import urlencode, urljoin, urlsplit

import msgspec
import urllib3
from urllib3.exceptions import HTTPError, SSLError

from gateway.transport_settings import Pull
from gateway.transports.doorbell import Bell
from gateway.transports.seam import (
    Dispatch,
    DispatchKind,
    Memory,
    MisspokenError,
    NotPermittedError,
    Parcel,
    TransportError,
    UnreachableError,
)
from gateway.transports.secrets import secret_in

_PIECE_OCTETS = 64 * 1024
_AROUND = 256  # octets of a document around its items
_PAGE_OCTETS = 64 * 1024 * 1024
_PAGES_AT_ONCE = 1_000  # then the other work of the walk comes first
_SHORT = 0.5  # a long poll that ends sooner than half its time was none
_OK, _NOT_CHANGED = 200, 304
_BUSY = {409, 425, 429}


class PullTransport:
    """One list of items and one place for answers."""

    def __init__(self, settings: Pull, home: Path) -> None:
        self.settings = settings
        self.name = settings.name
        self._bell = Bell()
        self._was_held = False
        self._pool = urllib3.PoolManager(
            num_pools=4,
            cert_reqs="CERT_REQUIRED",
            ca_certs=str(home / settings.ca_file) if settings.ca_file else None,
            cert_file=str(home / settings.certificate_file) if settings.certificate_file else None,
            key_file=str(home / settings.key_file) if settings.key_file else None,
            retries=False,
            timeout=urllib3.Timeout(connect=min(10, settings.timeout_s), read=settings.timeout_s),
        )
        self._headers = {"User-Agent": "iarms-gateway", "Accept": "application/json, */*;q=0.5"}
        if settings.token_file:
            self._headers["Authorization"] = f"Bearer {secret_in(home, settings.token_file)}"

    @property
    def look_each(self) -> timedelta:
        """The longest time between two looks."""
        return timedelta(seconds=self.settings.look_each_s)

    # --- in -----------------------------------------------------------------------------------

    def fetch(self, memory: Memory) -> Iterator[Parcel]:
        """Every page from where the last one ended, until one says that there is no next."""
        for _ in range(_PAGES_AT_ONCE):
            place = _Place.of(memory.mark())
            begun = monotonic()
            page = self._page(place)
            held = monotonic() - begun
            if page is None:
                self._was_held = held >= self.settings.wait_s * _SHORT
                return
            parcels = list(self._parcels(page, memory))
            # Where there was something new, the next question may be held at once.
            self._was_held = bool(self.settings.wait_as and page.etag and parcels)
            yield from parcels
            after = page.next or place.cursor
            memory.keep_mark(_Place(cursor=after, etag="" if page.next else page.etag).text())
            if not page.next or page.next == place.cursor:
                return

    def settle(self, parcel: Parcel) -> None:
        """Nothing to tell: the cursor is remembered on our side."""

    def _page(self, place: _Place) -> _Page | None:
        """The page at a cursor; None where it is the one that was read already."""
        asked = {self.settings.cursor_as: place.cursor} if place.cursor else {}
        headers = dict(self._headers)
        if place.etag:
            headers["If-None-Match"] = place.etag
            if self.settings.wait_as:
                asked[self.settings.wait_as] = f"{self.settings.wait_s:g}"
        url = self.settings.url
        if asked:
            url += ("&" if urlsplit(url).query else "?") + urlencode(asked)
        status, octets, got = self._asked("GET", url, headers=headers, most=_PAGE_OCTETS)
        if status == _NOT_CHANGED and place.etag:
            return None
        if status == _NOT_CHANGED:  # of a page that we never had: what is on it would be lost
            raise self._misspoken(url, "status 304", "a page, since no ETag was sent")
        if octets is None:
            raise self._misspoken(url, f"more than {_PAGE_OCTETS:,} octets", "smaller pages")
        return self._read(url, octets, got.get("ETag", ""))

    def _read(self, url: str, octets: bytes, etag: str) -> _Page:
        try:
            tree = json.loads(octets, parse_float=str, parse_int=str)
        except ValueError as error:
            raise self._misspoken(url, str(error), "JSON") from error
        items = tree.get(self.settings.items_in) if isinstance(tree, dict) else None
        if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
            wanted = f"an object whose member {self.settings.items_in!r} is a list of objects"
            raise self._misspoken(url, octets[:80].decode("utf-8", "replace"), wanted)
        if not all(str(item.get(self.settings.id_in) or "") for item in items):
            wanted = f"a member {self.settings.id_in!r} in each item"
            raise self._misspoken(url, "an item without", wanted)
        # As it was written, so that numbers keep their form.
        raw = msgspec.json.decode(octets, type=dict[str, msgspec.Raw])
        pieces = msgspec.json.decode(raw[self.settings.items_in], type=list[msgspec.Raw])
        following = tree.get(self.settings.next_in)
        return _Page(
            items=[
                (str(item[self.settings.id_in]), item, bytes(piece))
                for item, piece in zip(items, pieces, strict=True)
            ],
            next="" if following is None else str(following),
            etag=etag,
        )

    def _parcels(self, page: _Page, memory: Memory) -> Iterator[Parcel]:
        known = memory.known_parts([identity for identity, _, _ in page.items])
        fresh, doubled = _told_apart([each for each in page.items if each[0] not in known])
        for identity in doubled:  # which of them is meant nobody can tell
            told = "transport.misspoken: two items of one page have this id and other content"
            yield _refused(identity, told)
        if self.settings.document_in:
            for identity, (item, _) in fresh.items():
                yield self._document(identity, str(item.get(self.settings.document_in) or ""))
            return
        most = self.settings.most_octets
        together: list[tuple[str, bytes]] = []
        for identity, (_, raw) in fresh.items():
            if len(raw) > most - _AROUND:
                yield _refused(identity, f"transport.oversized: the item has {len(raw):,} octets")
                continue
            if sum(len(each) + 2 for _, each in together) + len(raw) > most - _AROUND:
                yield self._joined(together)
                together = []
            together.append((identity, raw))
        if together:
            yield self._joined(together)

    def _joined(self, items: list[tuple[str, bytes]]) -> Parcel:
        listed = "\0".join(identity for identity, _ in items)
        name = json.dumps(self.settings.rows_in).encode()
        return Parcel(
            identity=f"page {sha256(listed.encode()).hexdigest()}",
            label=f"{items[0][0]}-{len(items)}",
            octets=b"{" + name + b": [\n" + b",\n".join(raw for _, raw in items) + b"\n]}\n",
            parts=tuple((identity, 0.0) for identity, _ in items),
        )

    def _document(self, identity: str, link: str) -> Parcel:
        url = urljoin(self.settings.url, link)
        ours, theirs = urlsplit(self.settings.url), urlsplit(url)
        if not link or (ours.scheme, ours.netloc) != (theirs.scheme, theirs.netloc):
            told = f"transport.misspoken: the item links to another server: {link!r}"
            return _refused(identity, told)
        most = self.settings.most_octets
        _, octets, _ = self._asked("GET", url, headers=self._headers, most=most)
        if octets is None:
            return _refused(
                identity, f"transport.oversized: the document has more than {most:,} octets"
            )
        return Parcel(identity=identity, label=identity, octets=octets, parts=((identity, 0.0),))

    # --- back ---------------------------------------------------------------------------------

    def deliver(self, dispatch: Dispatch) -> None:
        """Posts it under its id as Idempotency-Key."""
        plain = dispatch.kind is DispatchKind.SET_ASIDE
        headers = {
            **self._headers,
            "Idempotency-Key": dispatch.id,
            "Content-Type": "text/plain; charset=utf-8" if plain else "application/octet-stream",
            "Iarms-Kind": dispatch.kind.value,
            "Iarms-Made": dispatch.made.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        }
        if self.settings.document_in and dispatch.identity:
            headers["Iarms-Item"] = _safe(dispatch.identity)
        self._asked("POST", self.settings.answers_url, headers=headers, body=dispatch.octets())

    # --- HTTP ---------------------------------------------------------------------------------

    def _asked(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str],
        body: bytes | None = None,
        most: int = _PIECE_OCTETS,
    ) -> tuple[int, bytes | None, Mapping[str, str]]:
        """Status, octets (None for more than ``most``) and headers of an answer that is one."""
        try:
            answer = self._pool.request(
                method, url, headers=dict(headers), body=body, redirect=False, preload_content=False
            )
            try:
                octets = self._octets(answer, most)
            finally:
                answer.release_conn()
        except SSLError as error:
            raise NotPermittedError(
                f"the other side's certificate, or ours, is not accepted: {error}",
                place=f"{self.name}: {url}",
                expected="a certificate for this host of the authority in ca_file",
                remedy="correct ca_file or the server's certificate",
            ) from error
        except HTTPError as error:
            raise UnreachableError(
                f"the web service does not answer: {_reason(error)}",
                place=f"{self.name}: {url}",
                expected="an answer",
                remedy="start it, or correct url in [[transport]]",
            ) from error
        self._judge(method, url, answer)
        return answer.status, octets, answer.headers

    @staticmethod
    def _octets(answer: Any, most: int) -> bytes | None:
        pieces: list[bytes] = []
        got = 0
        while piece := answer.read(_PIECE_OCTETS, decode_content=True):
            got += len(piece)
            if got > most:
                answer.close()
                return None
            pieces.append(piece)
        return b"".join(pieces)

    def _judge(self, method: str, url: str, answer: Any) -> None:
        status = int(answer.status)
        good = range(200, 300)
        if status in good or (status == _NOT_CHANGED and method == "GET"):
            return
        place = f"{self.name}: {url}"
        if status in _BUSY or status >= 500:  # noqa: PLR2004 - server errors begin there (RFC 9110)
            raise UnreachableError(
                "the web service does not serve now",
                place=place,
                value=f"status {status}",
                expected="status 200",
                remedy="nothing, if it passes; else ask its operator",
                after=_after(answer.headers.get("Retry-After")),
            )
        if status in {401, 403}:
            raise NotPermittedError(
                "the web service does not let us do this",
                place=place,
                value=f"status {status}",
                expected="status 200",
                remedy="see to token_file and to our rights there",
            )
        raise MisspokenError(
            "the web service answers as was not agreed",
            place=place,
            value=f"status {status}",
            expected="status 200 to 299, or 304 to a known ETag",
            remedy="correct url and answers_url in [[transport]]; redirections are not followed",
        )

    def _misspoken(self, url: str, value: str, expected: str) -> TransportError:
        return MisspokenError(
            "the web service's page is not of the form that was agreed",
            place=f"{self.name}: {url}",
            value=value[:120],
            expected=expected,
            remedy="correct items_in, id_in and next_in in [[transport]], or ask its operator",
        )

    # --- waiting and looking --------------------------------------------------------------------

    def wait(self, longest: timedelta) -> None:
        """Not at all where the other side held the last question until something came."""
        if not self._was_held:
            self._bell.wait(longest)

    def wake(self) -> None:
        """Ends ``wait``."""
        self._was_held = False
        self._bell.ring()

    def check(self) -> None:
        """Asks for the first page, and reads nothing of it."""
        status, octets, _ = self._asked(
            "GET", self.settings.url, headers=self._headers, most=_PAGE_OCTETS
        )
        if status == _OK and octets is not None:
            self._read(self.settings.url, octets, "")

    def close(self) -> None:
        """Lets go of the connections."""
        self._pool.clear()


def _told_apart(
    items: Sequence[tuple[str, dict[str, Any], bytes]],
) -> tuple[dict[str, tuple[dict[str, Any], bytes]], Sequence[str]]:
    """The items of a page by their ids, and the ids under which items of other content stand."""
    fresh: dict[str, tuple[dict[str, Any], bytes]] = {}
    doubled: dict[str, None] = {}
    for identity, item, raw in items:
        if fresh.setdefault(identity, (item, raw))[1] != raw:
            doubled[identity] = None
    return {name: held for name, held in fresh.items() if name not in doubled}, tuple(doubled)


def _refused(identity: str, told: str) -> Parcel:
    """An item that is not taken, and never will be."""
    return Parcel(
        identity=identity, label=identity, octets=b"", parts=((identity, 0.0),), refused=told
    )


class _Place(msgspec.Struct, frozen=True, kw_only=True):
    """How far the list is read: the cursor of the newest page, and its ETag once it was read."""

    cursor: str = ""
    etag: str = ""

    @classmethod
    def of(cls, mark: str | None) -> _Place:
        return cls() if mark is None else msgspec.json.decode(mark, type=cls)

    def text(self) -> str:
        return msgspec.json.encode(self).decode()


class _Page(msgspec.Struct, frozen=True, kw_only=True):
    items: list[tuple[str, dict[str, Any], bytes]]
    next: str
    etag: str


def _after(value: str | None) -> timedelta | None:
    """What ``Retry-After`` asks for (RFC 9110, 10.2.3), an hour at most; None for no time."""
    if value is None:
        return None
    try:
        if value.strip().isdigit():
            wanted = timedelta(seconds=int(value))
        else:
            wanted = parsedate_to_datetime(value) - datetime.now(UTC)
    except (ValueError, TypeError, OverflowError):
        return None
    return min(max(wanted, timedelta(seconds=1)), timedelta(hours=1))


def _safe(text: str) -> str:
    return "".join(c if " " <= c <= "~" else "?" for c in text)[:200]


def _reason(error: HTTPError) -> str:
    return str(getattr(error, "reason", None) or error).rpartition(": ")[2][:200]
