"""Every hostile envelope: what is wrong with it, and which reason must refuse it.

"Outsider" cases come from somebody without keys who captured a message; "member" cases are validly
signed by a member of the exchange who wants to deceive. The catalogue knows no code of the gateway.
"""

# A table of cases: one row a case is what a reader wants, however long, and every edit takes the
# text whether or not it needs it.
# ruff: noqa: E501, ARG005

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import cast
from cast import BRA, BRA_HYBRID, DEU, DEU_HYBRID, FRA, NLD, USA, honest
from forge import (
    ED25519_DER,
    END,
    ENVELOPE,
    Draws,
    Member,
    b64,
    info_of,
    sign,
    signed_info,
    wrap,
    write,
)

GROUP_ORDER = 2**252 + 27742317777372353535851937790883648493


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One envelope that must not be opened. ``filler`` octets are put in at ``filler_at``."""

    name: str
    about: str
    octets: bytes
    reason: str
    outcome: str = "refused"
    recipient: str = "DEU-NCB"
    directory: str = "17"
    now: str = cast.NOW
    filler: int = 0
    filler_at: int = 0


def cases() -> list[Case]:
    """The whole catalogue, in the order of the checks that refuse."""
    return [
        *_sizes(),
        *_outside_edits(),
        *_document_games(),
        *_wrapping(),
        *_signed_info_games(),
        *_signature_element_games(),
        *_keys(),
        *_signatures(),
        *_header_games(),
        *_body_games(),
        *_algorithms(),
        *_judgements(),
        *_bindings(),
        *_decryptions(),
        *_commitments(),
        *_suites(),
    ]


def _base() -> str:
    return write(honest()).decode()


def _parts() -> tuple[str, str]:
    """(front, Signature element) of the honest envelope."""
    base = _base()
    at = base.index("<ds:Signature ")
    return base[:at], base[at : -len(END)]


def _swap(old: str, new: str, count: int = 1) -> Callable[[str], str]:
    """An edit that must find what it replaces."""

    def edit(text: str) -> str:
        if old not in text:
            raise AssertionError(f"nothing to edit: {old}")
        return text.replace(old, new, count)

    return edit


# --- (1) size, (2) ends --------------------------------------------------------------------------


def _sizes() -> Iterator[Case]:
    base = write(honest())
    at = base.rindex(b"</xenc:CipherValue>")
    yield Case(name="empty", about="nothing", octets=b"", reason="size")
    yield Case(name="stub", about="less than a Signature", octets=base[:200], reason="size")
    yield Case(
        name="signature-alone", about="a Signature and no envelope", reason="size",
        octets=base[base.index(b"<ds:Signature ") :],
    )  # fmt: skip
    yield Case(
        name="oversize", about="one octet over 8 MiB", octets=base, reason="size",
        filler=8 * 1024 * 1024 + 1 - len(base), filler_at=at,
    )  # fmt: skip
    yield Case(
        name="eight-mebibytes-forged", about="8 MiB of a known sender, not signed by it",
        octets=base, reason="digest", filler=8 * 1024 * 1024 - len(base), filler_at=at,
    )  # fmt: skip
    strange = write(honest(sender=cast.STRANGER))
    yield Case(
        name="eight-mebibytes-unknown", about="8 MiB of nobody: refused before hashing",
        octets=strange, reason="unknown-key", filler=8 * 1024 * 1024 - len(strange),
        filler_at=strange.rindex(b"</xenc:CipherValue>"),
    )  # fmt: skip


def _outside_edits() -> Iterator[Case]:
    base = _base()
    yield Case(
        name="truncated-tail", about="the last octet is missing", octets=base[:-1].encode(),
        reason="template",
    )  # fmt: skip
    yield Case(
        name="truncated-half", about="the second half is missing", reason="template",
        octets=base[: len(base) // 2].encode(),
    )  # fmt: skip
    yield Case(
        name="truncated-ciphertext", about="four characters of the ciphertext are missing",
        octets=base.replace(base[base.rindex("</xenc:CipherValue>") - 8 :][:4], "", 1).encode(),
        reason="digest",
    )  # fmt: skip
    for name, about, old, new in (
        ("outsider-type", "another Type", ">HIT_NOTICE<", ">REC_SUBMIT<"),
        ("outsider-sender", "another sender", 'party="FRA-NCB"', 'party="BRA-NCB"'),
        ("outsider-recipient", "another recipient", 'party="DEU-NCB"', 'party="BRA-NCB"'),
        ("outsider-seq", "another sequence number", 'seq="4711"', 'seq="4712"'),
        ("outsider-lane", "another lane", ">URGENT<", ">BULK<"),
        ("outsider-expires", "a longer life", "2026-10-21T09", "2026-10-29T09"),
        ("outsider-message-id", "another message id", "4be1d001", "4be1d002"),
        ("outsider-comment", "a comment in the Type", "HIT_NOTICE", "HIT<!---->_NOTICE"),
        ("outsider-whitespace", "a space between elements", "</env:Type>", "</env:Type> "),
    ):
        yield Case(
            name=name, about=about + ", not signed again", octets=_swap(old, new)(base).encode(),
            reason="digest",
        )  # fmt: skip
    other = write(honest(draws="other", message_id="0197c0de-7a11-7d3a-9c52-2f6a4be1d009")).decode()
    front, tail = _parts()
    body = other[other.index("<xenc:EncryptedData") : other.index("<ds:Signature ")]
    yield Case(
        name="replayed-header", about="a captured header and Signature on another message's body",
        octets=(front[: front.index("<xenc:EncryptedData")] + body + tail + END).encode(),
        reason="digest",
    )  # fmt: skip
    yield Case(
        name="replayed-signature", about="another message's Signature", reason="digest",
        octets=(front + other[other.index("<ds:Signature ") :]).encode(),
    )  # fmt: skip


def _document_games() -> Iterator[Case]:
    base = _base()
    bomb = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 9))
    for name, about, prefix in (
        ("byte-order-mark", "a byte order mark", "\ufeff"),
        ("xml-declaration", "an XML declaration", '<?xml version="1.0" encoding="UTF-8"?>'),
        ("leading-newline", "white space before the envelope", "\n"),
        ("leading-pi", "a processing instruction", "<?go?>"),
        ("leading-comment", "a comment", "<!-- -->"),
        ("doctype", "a document type", "<!DOCTYPE e>"),
        ("doctype-external", "an external one", '<!DOCTYPE e SYSTEM "http://127.0.0.1/e.dtd">'),
        ("xxe", "an external entity", '<!DOCTYPE e [<!ENTITY x SYSTEM "file:///etc/hostname">]>'),
        (
            "attr-default-dtd",
            "a default attribute from a DTD",
            '<!DOCTYPE e [<!ATTLIST env:Envelope test CDATA "yes">]>',
        ),
        ("billion-laughs", "nested entities", f'<!DOCTYPE e [<!ENTITY a0 "ha">{bomb}]>'),
        ("quadratic-blowup", "one long entity", f'<!DOCTYPE e [<!ENTITY a "{"a" * 5000}">]>'),
    ):
        octets = (prefix + base).encode()
        yield Case(name=name, about=f"{about} first", octets=octets, reason="template")
    for name, about, suffix in (
        ("trailing-newline", "a line break", "\n"),
        ("trailing-comment", "a comment", "<!-- -->"),
        ("trailing-pi", "a processing instruction", "<?go?>"),
        ("trailing-nul", "a NUL", "\0"),
        ("two-envelopes", "a second envelope", base),
    ):
        reason = "digest" if name == "two-envelopes" else "template"
        octets = (base + suffix).encode()
        yield Case(name=name, about=f"{about} at the end", octets=octets, reason=reason)
    for encoding in ("utf-16", "utf-16-le", "utf-32", "utf-7", "cp037"):
        octets = base.encode(encoding)
        yield Case(
            name=f"encoded-{encoding}", about=f"in {encoding}", octets=octets, reason="template"
        )
    for name, about, old, new in (
        ("root-prefix", "another prefix", "env:Envelope", "e:Envelope"),
        ("root-version", "a version that is not 1.0", 'version="1.0"', 'version="1.1"'),
        ("root-namespace", "another namespace", "envelope:1", "envelope:2"),
        ("root-attribute", "one attribute more", ' version="1.0"', ' Id="a" version="1.0"'),
        ("root-quotes", "single quotes", '"urn:iarms:exchange:envelope:1"', "'urn:iarms:exchange:envelope:1'"),
        ("root-space", "a space in the start tag", 'version="1.0">', 'version="1.0" >'),
        ("root-xml-base", "xml:base", ' version="1.0"', ' version="1.0" xml:base="http://x/"'),
    ):  # fmt: skip
        edited = honest(front=lambda text, old=old, new=new: text.replace(old, new, 1))
        yield Case(
            name=f"member-{name}", about=f"{about} on the root, validly signed",
            octets=write(edited), reason="template",
        )  # fmt: skip


# --- signature wrapping --------------------------------------------------------------------------


def _wrapping() -> Iterator[Case]:
    front, tail = _parts()
    whole = front + tail + END
    inner = front + END  # the genuine content without its Signature
    header = front[len(ENVELOPE) : front.index("<xenc:EncryptedData")]
    body = front[front.index("<xenc:EncryptedData") :]
    fake = header.replace("HIT_NOTICE", "REC_SUBMIT").replace("4be1d001", "4be1d666")
    with_object = tail.replace("</ds:Signature>", f"<ds:Object>{inner}</ds:Object></ds:Signature>")
    open_sig = tail.replace("</ds:Signature>", "")
    shapes = {
        "xsw01": (f"{ENVELOPE}{fake}{body}{with_object}{END}", "original in an Object of Signature"),
        "xsw02": (f"{ENVELOPE}{fake}{body}{inner}{tail}{END}", "original as a sibling before it"),
        "xsw03": (f"{ENVELOPE}{whole}{fake}{body}{END}", "original as the first child"),
        "xsw04": (f"{ENVELOPE}{fake}{body}{whole}{END}", "original as the last child"),
        "xsw05": (f"{ENVELOPE}{fake}{body}{tail}{inner}{END}", "original after the Signature"),
        "xsw06": (f"{ENVELOPE}{fake}{body}{open_sig}{inner}</ds:Signature>{END}", "inside Signature"),
        "xsw07": (f"{ENVELOPE}<env:X>{inner}</env:X>{fake}{body}{tail}{END}", "in an extension"),
        "xsw08": (f"{ENVELOPE}{fake}<env:X>{whole}</env:X>{body}{tail}{END}", "whole, in the middle"),
        "xsw09": (f"{ENVELOPE}{fake}{header}{body}{tail}{END}", "a second Header first"),
        "xsw10": (
            f"{ENVELOPE}{header.replace('</env:Header>', tail + '</env:Header>')}{body}{END}",
            "the Signature moved into the Header, which validates in standard tools",
        ),
        "xsw11": (f"{ENVELOPE}{tail}{header}{body}{END}", "the Signature first, also valid there"),
        "xsw12": (f"{ENVELOPE}{fake}{body}{tail}{tail}{END}", "two Signatures"),
        "xsw13": (f"{ENVELOPE}{header}{body}{body}{tail}{END}", "a second EncryptedData"),
        "xsw14": (f"<env:Batch>{whole}</env:Batch>", "under another root"),
    }  # fmt: skip
    reasons = dict.fromkeys(
        ("xsw02", "xsw04", "xsw07", "xsw08", "xsw09", "xsw12", "xsw13"), "digest"
    )
    reasons["xsw04"] = "template"
    for name, (text, about) in shapes.items():
        yield Case(
            name=name, about=about, octets=text.encode(), reason=reasons.get(name, "template")
        )
    for name, about, text, reason in (
        ("two-headers", "two Headers", ENVELOPE + fake + header + body, "grammar-encrypted-data"),
        ("two-bodies", "two EncryptedData", ENVELOPE + header + body + body, "base64"),
        ("inner-envelope", "an envelope as extension", front + inner, "grammar-encrypted-data"),
        ("inner-signature", "a foreign Signature", front + tail, "grammar-encrypted-data"),
        ("no-header", "no Header", ENVELOPE + body, "grammar-header"),
        ("no-body", "no EncryptedData", ENVELOPE + header, "grammar-encrypted-data"),
        ("body-first", "the EncryptedData first", ENVELOPE + body + header, "grammar-header"),
        ("nothing", "an empty envelope", ENVELOPE, "grammar-header"),
    ):
        yield Case(
            name=f"member-{name}", about=f"{about}, validly signed",
            octets=sign(honest(), text), reason=reason,
        )  # fmt: skip


# --- SignedInfo and Signature --------------------------------------------------------------------


def _signed_info_games() -> Iterator[Case]:
    exclusive = "http://www.w3.org/2001/10/xml-exc-c14n#"
    enveloped = (
        '<ds:Transform Algorithm="http://www.w3.org/2000/09/xmldsig#enveloped-signature">'
        "</ds:Transform>"
    )
    last = f'<ds:Transform Algorithm="{exclusive}"></ds:Transform></ds:Transforms>'
    more = "http://www.w3.org/2021/04/xmldsig-more#"
    eddsa = f"{more}eddsa-ed25519"
    sha256 = "http://www.w3.org/2001/04/xmlenc#sha256"
    dsig = "http://www.w3.org/2000/09/xmldsig#"
    reference = signed_info("")[signed_info("").index("<ds:Reference") :]
    reference = reference[: -len("</ds:SignedInfo>")]
    xpath = (
        '<ds:Transform Algorithm="http://www.w3.org/TR/1999/REC-xpath-19991116"><ds:XPath>'
        "not(ancestor-or-self::ds:Signature)</ds:XPath></ds:Transform>"
    )
    xslt = '<ds:Transform Algorithm="http://www.w3.org/TR/1999/REC-xslt-19991116"></ds:Transform>'
    inclusive = f'{exclusive}"><InclusiveNamespaces xmlns="{exclusive}" PrefixList="env">'
    for name, about, old, new in (
        ("c14n-inclusive", "inclusive C14N", exclusive, "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"),
        ("c14n-comments", "C14N with comments", exclusive, exclusive + "WithComments"),
        ("inclusive-namespaces", "InclusiveNamespaces", exclusive + '">', inclusive + "</InclusiveNamespaces>"),
        ("hmac-alg-confusion", "HMAC named", eddsa, dsig + "hmac-sha1"),
        ("rsa-alg-confusion", "RSA named", eddsa, "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"),
        ("ed25519ph-named", "Ed25519ph named", eddsa, eddsa + "ph"),
        ("ed25519ctx-named", "Ed25519ctx named", eddsa, eddsa + "ctx"),
        ("ed448-named", "Ed448 named", eddsa, more + "eddsa-ed448"),
        ("sha1-digest", "SHA-1 named", sha256, dsig + "sha1"),
        ("sha512-digest", "SHA-512 named", sha256, "http://www.w3.org/2001/04/xmlenc#sha512"),
        ("xpath-transform", "an XPath transform", last, xpath + last),
        ("xslt-transform", "an XSLT transform", last, xslt + last),
        ("no-enveloped", "no enveloped transform", enveloped, ""),
        ("no-transforms", "no transforms at all", f"<ds:Transforms>{enveloped}{last}", ""),
        ("transforms-swapped", "transforms swapped", enveloped + last, last.replace("</ds:Transforms>", enveloped + "</ds:Transforms>")),
        ("id-reference", "a Reference by Id", 'URI=""', 'URI="#a"'),
        ("external-reference", "an external Reference", 'URI=""', 'URI="http://127.0.0.1/e.xml"'),
        ("no-uri", "a Reference without URI", ' URI=""', ""),
        ("two-references", "a second Reference", "</ds:SignedInfo>", reference + "</ds:SignedInfo>"),
        ("manifest-type", "a Reference of type Manifest", 'URI=""', f'Type="{dsig}Manifest" URI=""'),
        ("signedinfo-id", "an Id on SignedInfo", "<ds:SignedInfo>", '<ds:SignedInfo Id="s">'),
        ("comment", "a comment in SignedInfo", "<ds:Reference", "<!-- --><ds:Reference"),
        ("whitespace", "a line break in SignedInfo", "<ds:Reference", "\n<ds:Reference"),
    ):  # fmt: skip
        edited = honest(signed_info=_swap(old, new))
        yield Case(
            name=f"si-{name}", about=f"{about}, validly signed", octets=write(edited),
            reason="template",
        )  # fmt: skip
    text = signed_info("")
    none = text[: text.index("<ds:Reference")] + "</ds:SignedInfo>"
    yield Case(
        name="si-no-reference", about="no Reference, validly signed", reason="template",
        octets=write(honest(signed_info=lambda _: none)),
    )  # fmt: skip


def _signature_element_games() -> Iterator[Case]:
    value = "<ds:SignatureValue>"
    key_value = (
        "</ds:KeyName><ds:KeyValue><dsig11:DEREncodedKeyValue"
        ' xmlns:dsig11="http://www.w3.org/2009/xmldsig11#">'
        f"{b64(ED25519_DER + BRA.signing_public)}</dsig11:DEREncodedKeyValue></ds:KeyValue>"
    )
    kid = FRA.signing_kid
    for name, about, old, new in (
        ("object", "an Object", "</ds:Signature>", "<ds:Object></ds:Object></ds:Signature>"),
        ("manifest", "a Manifest", "</ds:Signature>", "<ds:Object><ds:Manifest></ds:Manifest></ds:Object></ds:Signature>"),
        ("id", "an Id", "<ds:Signature xmlns:ds", '<ds:Signature Id="s" xmlns:ds'),
        ("key-value", "the attacker's key", "</ds:KeyName>", key_value),
        ("x509", "X509Data", "</ds:KeyName>", "</ds:KeyName><ds:X509Data></ds:X509Data>"),
        ("retrieval-method", "a RetrievalMethod", "</ds:KeyName>", '</ds:KeyName><ds:RetrievalMethod URI="http://127.0.0.1/"></ds:RetrievalMethod>'),
        ("two-key-names", "two KeyNames", "</ds:KeyInfo>", f"<ds:KeyName>{BRA.signing_kid}</ds:KeyName></ds:KeyInfo>"),
        ("no-key-info", "no KeyInfo", f"<ds:KeyInfo><ds:KeyName>{kid}</ds:KeyName></ds:KeyInfo>", ""),
        ("keyname-comment-split", "a comment in KeyName", kid, f"{kid[:9]}<!-- -->{kid[9:]}"),
        ("keyname-pi-split", "a processing instruction there", kid, f"{kid[:9]}<?x?>{kid[9:]}"),
        ("keyname-cdata", "CDATA there", kid, f"<![CDATA[{kid}]]>"),
        ("keyname-reference", "a character reference there", kid, f"&#{ord(kid[0])};{kid[1:]}"),
        ("keyname-space", "white space there", kid, f" {kid} "),
        ("digestvalue-comment-split", "a comment in DigestValue", "</ds:DigestValue>", "<!-- --></ds:DigestValue>"),
        ("digestvalue-space", "white space in DigestValue", "</ds:DigestValue>", "\n</ds:DigestValue>"),
        ("sigvalue-newline", "line breaks in SignatureValue", value, value + "\n"),
        ("prefix", "another prefix", "ds:", "d:"),
        ("default-namespace", "the default namespace", "<ds:SignatureValue>", '<SignatureValue xmlns="http://www.w3.org/2000/09/xmldsig#">'),
        ("quotes", "single quotes", 'URI=""', "URI=''"),
        ("empty-element", "an empty-element tag", '"></ds:DigestMethod>', '"/>'),
    ):  # fmt: skip
        count = -1 if name == "prefix" else 1
        edited = honest(tail=_swap(old, new, count))
        yield Case(
            name=f"sig-{name}", about=f"{about} in the Signature", octets=write(edited),
            reason="template",
        )  # fmt: skip
    for name, about, edit in (
        ("sigvalue-noncanonical-base64", "stray bits at the end of SignatureValue", _stray("</ds:SignatureValue>")),
        ("digestvalue-noncanonical-base64", "stray bits at the end of DigestValue", _stray("</ds:DigestValue>")),
        ("sigvalue-urlsafe", "base64url in SignatureValue", _alphabet(value)),
    ):  # fmt: skip
        yield Case(name=name, about=about, octets=write(honest(tail=edit)), reason="base64")


def _stray(end: str) -> Callable[[str], str]:
    """Sets an unused bit of the last character of the base64 text before ``end``."""

    def edit(text: str) -> str:
        match = re.search(r"([A-Za-z0-9+/])(=+)" + re.escape(end), text)
        if match is None:
            raise AssertionError(end)
        alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
        other = alphabet[alphabet.index(match[1]) | 1]
        return text[: match.start()] + other + match[2] + end + text[match.end() :]

    return edit


def _alphabet(start: str) -> Callable[[str], str]:
    def edit(text: str) -> str:
        at = text.index(start) + len(start)
        value = text[at : at + 88]
        changed = value.replace("+", "-").replace("/", "_")
        return text.replace(value, changed if changed != value else "-" + value[1:], 1)

    return edit


# --- (3) keys, (5) signatures --------------------------------------------------------------------


def _keys() -> Iterator[Case]:
    base = write(honest())
    yield Case(
        name="unknown-key", about="signed by a key that no directory lists",
        octets=write(honest(sender=cast.STRANGER)), reason="unknown-key",
    )  # fmt: skip
    yield Case(
        name="wrong-directory", about="the directory does not list the sender", octets=base,
        reason="unknown-key", directory="without-sender",
    )  # fmt: skip
    yield Case(
        name="other-directory-keys", about="the directory lists other keys of the sender",
        octets=base, reason="unknown-key", directory="other-keys",
    )  # fmt: skip
    yield Case(
        name="key-confusion-encryption-kid", about="KeyName is the sender's encryption key",
        octets=write(honest(tail=_swap(FRA.signing_kid, FRA.encryption_kid))),
        reason="unknown-key",
    )  # fmt: skip
    yield Case(
        name="keyname-not-ascii", about="a kid with an octet beyond ASCII",
        octets=base.replace(FRA.signing_kid.encode() + b"</ds", b"\xff" + FRA.signing_kid[1:].encode() + b"</ds"),
        reason="unknown-key",
    )  # fmt: skip
    for name, member, reason in (
        ("revoked-key", cast.REVOKED, "revoked-key"),
        ("compromised-key", cast.COMPROMISED, "revoked-key"),
        ("retired-key", cast.RETIRED, "key-validity"),
        ("next-key", cast.NEXT, "key-validity"),
        ("ended-key", cast.ENDED, "key-validity"),
        ("later-key", cast.LATER, "key-validity"),
    ):
        yield Case(
            name=name, about=f"validly signed by a {name.replace('-', ' ')}",
            octets=write(honest(sender=member)), reason=reason,
        )  # fmt: skip
    yield Case(
        name="retiring-key-too-late", about="a retiring key, for a time after its end",
        octets=write(honest(sender=cast.RETIRING, created="2026-10-20T09:29:00.000Z")),
        reason="key-validity",
    )  # fmt: skip


def _signatures() -> Iterator[Case]:
    def plus_order(signature: bytes) -> bytes:
        s = int.from_bytes(signature[32:], "little") + GROUP_ORDER
        return signature[:32] + s.to_bytes(32, "little")

    other = Member.named("BRA-NCB")
    for name, about, edit in (
        ("ed25519-S-plus-L", "S plus the group order", plus_order),
        ("signature-zero", "64 zero octets", lambda _: bytes(64)),
        ("signature-identity", "R the identity and S zero", lambda _: b"\x01" + bytes(63)),
        ("signature-bit", "one bit flipped", lambda octets: octets[:-1] + bytes([octets[-1] ^ 1])),
        ("signature-halves-swapped", "R and S swapped", lambda octets: octets[32:] + octets[:32]),
        ("signature-of-other", "signed by another member under the sender's kid", lambda _: other.sign(b"x")),
    ):  # fmt: skip
        yield Case(name=name, about=about, octets=write(honest(signature=edit)), reason="signature")
    front, _ = _parts()
    by_other = sign(replace(honest(), signer=BRA), front).decode()
    yield Case(
        name="kid-swapped", about="signed by Brazil, KeyName changed to France's",
        octets=by_other.replace(BRA.signing_kid, FRA.signing_kid).encode(), reason="signature",
    )  # fmt: skip
    raw = honest(signature=lambda _: FRA.sign(signed_info("").encode()))
    yield Case(
        name="signature-without-digest", about="over a SignedInfo without digest",
        octets=write(raw), reason="signature",
    )  # fmt: skip


# --- (6) header and body -------------------------------------------------------------------------


def _header_games() -> Iterator[Case]:
    to = f'<env:To key="{DEU.encryption_kid}" party="DEU-NCB" seq="4711"></env:To>'
    kind = "<env:Type>HIT_NOTICE</env:Type>"
    created = "<env:Created>2026-10-20T09:26:53.120Z</env:Created>"
    expires = "<env:Expires>2026-10-21T09:26:53.120Z</env:Expires>"
    many = "".join(to.replace("DEU-NCB", f"DEU-{number}") for number in range(301))
    flood = "".join(f' xmlns:n{number}="urn:n{number}"' for number in range(300))
    attributes = "".join(f' a{number}=""' for number in range(2000))
    for name, about, old, new in (
        ("comment-inside-text", "a comment splits Type", "HIT_NOTICE", "HIT_NO<!-- -->TICE"),
        ("comment-between", "a comment between elements", kind, "<!-- -->" + kind),
        ("pi-inside-text", "a processing instruction in Type", "HIT_NOTICE", "HIT_<?x?>NOTICE"),
        ("cdata", "CDATA in Type", "HIT_NOTICE", "<![CDATA[HIT_NOTICE]]>"),
        ("entity", "an entity reference", "HIT_NOTICE", "HIT&#95;NOTICE"),
        ("whitespace", "a line break between elements", kind, "\n" + kind),
        ("whitespace-in-text", "a space after the Type", "HIT_NOTICE", "HIT_NOTICE "),
        ("ns-unused", "an unused namespace declaration", "<env:Type>", '<env:Type xmlns:x="urn:x">'),
        ("ns-default-inject", "a default namespace", "<env:Type>", '<env:Type xmlns="urn:x">'),
        ("ns-flood", "300 namespaces", "<env:Type>", f"<env:Type{flood}>"),
        ("attribute-flood", "2000 attributes", "<env:Type>", f"<env:Type{attributes}>"),
        ("ns-redeclared", "env declared again", "<env:Type>", '<env:Type xmlns:env="urn:iarms:exchange:envelope:1">'),
        ("prefix", "another prefix", "env:Type", "e:Type"),
        ("extra-element", "an unknown element", kind, kind + "<env:X></env:X>"),
        ("extra-attribute", "an unknown attribute", "<env:Type>", '<env:Type a="b">'),
        ("xinclude", "an XInclude", kind, kind + '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file:///etc/hostname"></xi:include>'),
        ("missing-type", "no Type", kind, ""),
        ("two-types", "two Types", kind, kind + kind),
        ("order", "Created and Expires swapped", created + expires, expires + created),
        ("attribute-order", "attributes not in canonical order", f'key="{FRA.signing_kid}" party="FRA-NCB"', f'party="FRA-NCB" key="{FRA.signing_kid}"'),
        ("empty-element", "an empty-element tag", '"></env:Directory>', '"/>'),
        ("single-quotes", "single quotes", 'version="17"', "version='17'"),
        ("no-recipient", "no To", to, ""),
        ("too-many-recipients", "301 To", to, many),
        ("long", "70,000 octets", kind, kind + " " * 70000),
        ("deep-nesting", "5000 levels", kind, "<env:a>" * 5000 + "</env:a>" * 5000),
        ("type-lower", "a Type in lower case", "HIT_NOTICE", "hit_notice"),
        ("type-long", "a Type of 33 characters", "HIT_NOTICE", "A" * 33),
        ("type-markup", "an escaped angle bracket", "HIT_NOTICE", "HIT&lt;NOTICE"),
        ("uuid-upper", "an upper-case UUID", "0197c0de", "0197C0DE"),
        ("uuid-bare", "a UUID without urn:uuid:", "urn:uuid:", ""),
        ("in-reply-empty", "an empty InReplyTo", "<env:Priority>", "<env:InReplyTo></env:InReplyTo><env:Priority>"),
        ("date-impossible", "the 30th of February", "2026-10-20T", "2026-02-30T"),
        ("date-no-milliseconds", "no milliseconds", "53.120Z</env:Created>", "53Z</env:Created>"),
        ("date-microseconds", "microseconds", "53.120Z</env:Created>", "53.120000Z</env:Created>"),
        ("date-offset", "an offset instead of Z", "53.120Z</env:Created>", "53.120+00:00</env:Created>"),
        ("date-lower", "a small z", "53.120Z</env:Created>", "53.120z</env:Created>"),
        ("date-leap-second", "a 60th second", "53.120Z</env:Created>", "60.000Z</env:Created>"),
        ("date-digits", "Arabic-Indic digits", "2026-10-20T", "٢٠٢٦-10-20T"),
        ("priority", "an unknown lane", "URGENT", "SOONER"),
        ("seq-zero-padded", "a leading zero", 'seq="4711"', 'seq="04711"'),
        ("seq-negative", "a negative number", 'seq="4711"', 'seq="-1"'),
        ("seq-huge", "a number of 40 digits", 'seq="4711"', f'seq="{"9" * 40}"'),
        ("version-zero", "directory version 0", 'version="17"', 'version="0"'),
        ("length-sign", "a plus sign", 'length="', 'length="+'),
        ("party-lower", "a party in lower case", 'party="FRA-NCB"', 'party="fra-ncb"'),
        ("party-cyrillic", "a Cyrillic letter that looks Latin", 'party="FRA-NCB"', 'party="FR\u0410-NCB"'),
        ("party-long", "a party of 25 characters", 'party="FRA-NCB"', 'party="FRA-NCB456789012345678901"'),
        ("kid-noncanonical", "stray bits at the end of a kid", FRA.signing_kid, FRA.signing_kid[:-1] + chr(ord(FRA.signing_kid[-1]) + 1)),
        ("kid-short", "a kid of 42 characters", FRA.signing_kid, FRA.signing_kid[:-1]),
        ("digest-urlsafe", "base64url in the digest", 'digest="', 'digest="-'),
        ("schema-space", "a schema with a space", "exchange:payload", "exchange payload"),
        ("nul", "a NUL in Type", "HIT_NOTICE", "HIT_NOTIC\0"),
    ):  # fmt: skip
        yield Case(
            name=f"header-{name}", about=f"{about}, validly signed",
            octets=write(honest(header=_swap(old, new))), reason="grammar-header",
        )  # fmt: skip
    stray = honest(header=_stray('" length='))
    yield Case(
        name="header-digest-noncanonical", about="stray bits in the digest, validly signed",
        octets=write(stray), reason="grammar-header",
    )  # fmt: skip
    yield Case(
        name="header-tail-twice", about="text between Header and EncryptedData, validly signed",
        octets=write(honest(body=lambda text: " " + text)), reason="grammar-encrypted-data",
    )  # fmt: skip


def _body_games() -> Iterator[Case]:
    two = honest(to=((BRA, 1), (DEU, 2)))
    text = write(two).decode()
    starts = [match.start() for match in re.finditer("<xenc:EncryptedKey ", text)]
    first = text[starts[0] : starts[1]]
    second = text[
        starts[1] : text.index(
            "</ds:KeyInfo><xenc:CipherData><xenc:CipherValue>", starts[1] + len(first) - 1
        )
    ]
    start = "<xenc:CipherValue>"
    for name, about, recipe, edit, reason in (
        ("key-missing", "a To without EncryptedKey", two, _swap(second, ""), "grammar-encrypted-data"),
        ("key-extra", "an EncryptedKey without To", honest(), lambda body: body.replace("<xenc:EncryptedKey", first + "<xenc:EncryptedKey", 1), "grammar-encrypted-data"),
        ("keys-swapped", "EncryptedKeys in another order", two, _swap(first + second, second + first), "grammar-encrypted-data"),
        ("key-twice", "one EncryptedKey twice", two, _swap(second, first), "grammar-encrypted-data"),
        ("recipient-mismatch", "Recipient names another key", honest(), _swap(f'Recipient="{DEU.encryption_kid}"', f'Recipient="{BRA.encryption_kid}"'), "grammar-encrypted-data"),
        ("keyname-mismatch", "KeyName names another key", honest(), _swap(f"<ds:KeyName>{DEU.encryption_kid}", f"<ds:KeyName>{BRA.encryption_kid}"), "grammar-encrypted-data"),
        ("mime-type", "another MimeType", honest(), _swap("application/xml", "text/plain"), "grammar-encrypted-data"),
        ("type-element", "Type=Element", honest(), _swap(" MimeType=", ' Type="http://www.w3.org/2001/04/xmlenc#Element" MimeType='), "grammar-encrypted-data"),
        ("id", "an Id", honest(), _swap(" MimeType=", ' Id="a" MimeType='), "grammar-encrypted-data"),
        ("cipher-reference", "a CipherReference", honest(), lambda body: re.sub(r"<xenc:CipherValue>[^<]*</xenc:CipherValue></xenc:CipherData></xenc:EncryptedData>", '<xenc:CipherReference URI="http://127.0.0.1/"></xenc:CipherReference></xenc:CipherData></xenc:EncryptedData>', body), "grammar-encrypted-data"),
        ("encryption-properties", "EncryptionProperties", honest(), _swap("</xenc:EncryptedData>", "<xenc:EncryptionProperties></xenc:EncryptionProperties></xenc:EncryptedData>"), "grammar-encrypted-data"),
        ("comment", "a comment", honest(), _swap("<ds:KeyInfo", "<!-- --><ds:KeyInfo"), "grammar-encrypted-data"),
        ("whitespace", "a line break between elements", honest(), _swap("<ds:KeyInfo", "\n<ds:KeyInfo"), "grammar-encrypted-data"),
        ("salt-whitespace", "white space in Salt", honest(), _swap("<dsig-more:Salt>", "<dsig-more:Salt> "), "grammar-encrypted-data"),
        ("salt-comment", "a comment in Salt", honest(), _swap("</dsig-more:Salt>", "<!-- --></dsig-more:Salt>"), "grammar-encrypted-data"),
        ("salt-noncanonical", "stray bits in Salt", honest(), _stray("</dsig-more:Salt>"), "base64"),
        ("info-noncanonical", "stray bits in Info", honest(), _stray("</dsig-more:Info>"), "base64"),
        ("spki-noncanonical", "stray bits in the ephemeral key", honest(), _stray("</dsig11:DEREncodedKeyValue>"), "base64"),
        ("wrapped-noncanonical", "stray bits in the wrapped key", honest(), _stray("</xenc:CipherValue></xenc:CipherData></xenc:EncryptedKey>"), "base64"),
        ("cipher-whitespace", "a line break in the ciphertext", honest(), lambda body: body[: body.rindex(start) + 50] + "\n" + body[body.rindex(start) + 50 :], "base64"),
        ("cipher-comment", "a comment in the ciphertext", honest(), lambda body: body[: body.rindex(start) + 50] + "<!-- -->" + body[body.rindex(start) + 50 :], "base64"),
        ("cipher-nested", "an element in the ciphertext", honest(), _swap("</xenc:CipherValue></xenc:CipherData></xenc:EncryptedData>", "<x></x></xenc:CipherValue></xenc:CipherData></xenc:EncryptedData>"), "base64"),
        ("cipher-padding-twice", "padding in the middle", honest(), lambda body: body[: body.rindex(start) + 18 + 40] + "QQ==" + body[body.rindex(start) + 18 + 40 :], "base64"),
        ("cipher-empty", "no ciphertext", honest(), lambda body: re.sub(r"(<xenc:CipherValue>)[^<]*(</xenc:CipherValue></xenc:CipherData></xenc:EncryptedData>)", r"\1\2", body), "grammar-encrypted-data"),
        ("cipher-27-octets", "less than IV and tag", honest(), lambda body: re.sub(r"(<xenc:CipherValue>)[^<]*(</xenc:CipherValue></xenc:CipherData></xenc:EncryptedData>)", rf"\g<1>{b64(bytes(27))}\2", body), "grammar-encrypted-data"),
    ):  # fmt: skip
        yield Case(
            name=f"body-{name}", about=f"{about}, validly signed",
            octets=write(replace(recipe, body=edit)), reason=reason,
        )  # fmt: skip
    ed25519 = honest(spki=lambda spki: ED25519_DER + spki[12:])
    yield Case(
        name="body-spki-of-ed25519", about="the ephemeral key says that it is an Ed25519 key",
        octets=write(ed25519), reason="grammar-encrypted-data",
    )  # fmt: skip
    other = Draws("another ephemeral")(32)
    swapped = replace(
        two,
        encrypted_key=lambda number, text: (
            text
            if number == 0
            else re.sub(r"(MCowBQYDK2VuAyEA)[^<]{44}", rf"\g<1>{b64(other)}", text)
        ),
    )
    yield Case(
        name="body-two-ephemerals", about="two ephemeral keys", octets=write(swapped),
        reason="grammar-encrypted-data",
    )  # fmt: skip
    stray = honest(sealed=lambda octets: octets + b"\0")
    yield Case(
        name="body-cipher-noncanonical", about="stray bits at the end of the ciphertext",
        octets=write(replace(stray, body=_stray("</xenc:CipherValue></xenc:CipherData></xenc:EncryptedData>"))),
        reason="base64",
    )  # fmt: skip


def _algorithms() -> Iterator[Case]:
    gcm = "http://www.w3.org/2009/xmlenc11#aes256-gcm"
    wrap_ = "http://www.w3.org/2001/04/xmlenc#kw-aes256"
    more = "http://www.w3.org/2021/04/xmldsig-more#"
    prf = "http://www.w3.org/2001/04/xmldsig-more#hmac-sha256"
    for name, about, old, new in (
        ("aes128-gcm", "AES-128-GCM", gcm, "http://www.w3.org/2009/xmlenc11#aes128-gcm"),
        ("aes256-cbc", "AES-256-CBC", gcm, "http://www.w3.org/2001/04/xmlenc#aes256-cbc"),
        ("chacha20", "ChaCha20-Poly1305", gcm, more + "chacha20poly1305"),
        ("kw-aes128", "a 128-bit key wrap", wrap_, "http://www.w3.org/2001/04/xmlenc#kw-aes128"),
        ("rsa-oaep", "RSA-OAEP", wrap_, "http://www.w3.org/2009/xmlenc11#rsa-oaep"),
        ("rsa-1-5", "RSA 1.5", wrap_, "http://www.w3.org/2001/04/xmlenc#rsa-1_5"),
        ("ecdh-es", "ECDH-ES", more + "x25519", "http://www.w3.org/2009/xmlenc11#ECDH-ES"),
        ("x448", "X448", more + "x25519", more + "x448"),
        ("concat-kdf", "ConcatKDF", more + "hkdf", "http://www.w3.org/2009/xmlenc11#ConcatKDF"),
        ("prf-sha1", "HMAC-SHA-1", prf, "http://www.w3.org/2000/09/xmldsig#hmac-sha1"),
        ("prf-sha512", "HMAC-SHA-512", prf, prf.replace("256", "512")),
        ("key-length-16", "a key length of 16", "KeyLength>32<", "KeyLength>16<"),
        ("key-length-bits", "a key length in bits", "KeyLength>32<", "KeyLength>256<"),
    ):
        yield Case(
            name=f"enc-{name}", about=f"{about} named, AES-256 used, validly signed",
            octets=write(honest(body=_swap(old, new))), reason="grammar-encrypted-data",
        )  # fmt: skip


# --- (7) judgements ------------------------------------------------------------------------------


def _judgements() -> Iterator[Case]:
    base = write(honest())
    yield Case(
        name="sender-mismatch-party", about="France's key under Brazil's name",
        octets=write(honest(header=_swap('party="FRA-NCB"', 'party="BRA-NCB"'))), reason="sender",
    )  # fmt: skip
    yield Case(
        name="sender-mismatch-key", about="From names Brazil's key, France signed",
        octets=write(honest(header=_swap(FRA.signing_kid, BRA.signing_kid))), reason="sender",
    )  # fmt: skip
    yield Case(
        name="impersonation", about="Brazil writes as France and signs with its own key",
        octets=write(honest(signer=BRA)), reason="sender",
    )  # fmt: skip
    for name, about, to in (
        ("recipient-twice", "the same recipient twice", ((DEU, 1), (DEU, 2))),
        ("recipient-third-twice", "another recipient twice", ((DEU, 1), (BRA, 2), (BRA, 3))),
    ):
        yield Case(name=name, about=about, octets=write(honest(to=to)), reason="recipients")
    renamed = honest(
        to=((BRA, 1), (DEU, 2)),
        header=_swap('party="BRA-NCB" seq="1"', 'party="DEU-NCB" seq="1"'),
    )
    yield Case(
        name="party-twice-two-keys", about="one party under two keys", octets=write(renamed),
        reason="recipients",
    )  # fmt: skip
    for name, about, created, expires in (
        ("lifetime-too-long", "15 days", "2026-10-20T09:26:53.120Z", "2026-11-04T09:26:53.120Z"),
        ("lifetime-zero", "none", "2026-10-20T09:26:53.120Z", "2026-10-20T09:26:53.120Z"),
        ("lifetime-negative", "less", "2026-10-20T09:26:53.120Z", "2026-10-20T09:26:53.119Z"),
        ("lifetime-endless", "8000 years", "2026-10-20T09:26:53.120Z", "9999-12-31T23:59:59.999Z"),
    ):
        yield Case(
            name=name, about=f"a life of {about}", reason="lifetime",
            octets=write(honest(created=created, expires=expires)),
        )  # fmt: skip
    yield Case(
        name="future", about="made six minutes from now", reason="future",
        octets=write(honest(created="2026-10-20T09:36:00.000Z")), outcome="future",
    )  # fmt: skip
    yield Case(
        name="expired", about="after its life and the clock skew", octets=base, reason="",
        outcome="expired", now="2026-10-21T09:31:53.120Z",
    )  # fmt: skip
    yield Case(
        name="expired-long-ago", about="a replay a year later", octets=base, reason="",
        outcome="expired", now="2027-10-20T09:30:00Z",
    )  # fmt: skip
    yield Case(
        name="directory-ahead", about="the sender used directory 18", reason="",
        octets=write(honest(version=18)), outcome="directory-ahead",
    )  # fmt: skip
    yield Case(
        name="not-for-me", about="to Brazil alone", octets=write(honest(to=((BRA, 1),))),
        reason="", outcome="not-for-me",
    )  # fmt: skip
    yield Case(
        name="not-for-me-my-key-other-party", about="my key under another party's name",
        octets=write(honest(header=_swap('party="DEU-NCB"', 'party="BRA-NCB"'))),
        reason="", outcome="not-for-me",
    )  # fmt: skip
    yield Case(
        name="reflected", about="my own message sent back to me", reason="reflected",
        octets=write(honest(sender=DEU, to=((DEU, 1),))),
    )  # fmt: skip


# --- (9) binding, (10) decryption, (11) commitment -----------------------------------------------


def _bindings() -> Iterator[Case]:
    front, _ = _parts()
    stolen_front = front.replace(
        f'key="{FRA.signing_kid}" party="FRA-NCB"', f'key="{BRA.signing_kid}" party="BRA-NCB"'
    )
    thief = honest(sender=BRA)
    yield Case(
        name="authorship-theft", about="Brazil signs France's ciphertext as its own",
        octets=sign(thief, stolen_front), reason="info",
    )  # fmt: skip
    header = stolen_front[len(ENVELOPE) : stolen_front.index("<xenc:EncryptedData")]
    spki = base64.b64decode(re.search(r"MCowBQYDK2VuAyEA[^<]+", front)[0])
    fitting = b64(info_of(header, spki, DEU.encryption_kid))
    refitted = re.sub(r"(Info>)[^<]+(</dsig-more:Info)", rf"\g<1>{fitting}\2", stolen_front)
    yield Case(
        name="authorship-theft-info-refitted", about="the same, with an Info that fits the theft",
        octets=sign(thief, refitted), reason="key-wrap",
    )  # fmt: skip
    for name, about, old, new in (
        ("header-changed", "Type changed", "HIT_NOTICE", "REC_SUBMIT"),
        ("header-id-changed", "the message id changed", "4be1d001", "4be1d777"),
        ("header-lane-changed", "the lane changed", ">URGENT<", ">BULK<"),
        ("header-longer-life", "a longer life", "2026-10-21T09", "2026-10-25T09"),
    ):
        yield Case(
            name=f"resigned-{name}", about=f"the sender's own body under a header with {about}",
            octets=sign(honest(), front.replace(old, new, 1)), reason="info",
        )  # fmt: skip
    other = write(honest(draws="other", message_id="0197c0de-7a11-7d3a-9c52-2f6a4be1d009")).decode()
    body = other[other.index("<xenc:EncryptedData") : other.index("<ds:Signature ")]
    yield Case(
        name="header-and-body-mixed", about="header and body of two messages, signed anew",
        octets=sign(honest(), front[: front.index("<xenc:EncryptedData")] + body), reason="info",
    )  # fmt: skip
    two = honest(to=((BRA, 1), (DEU, 2)))
    infos = re.findall(r"<dsig-more:Info>([^<]+)<", write(two).decode())
    swapped = replace(
        two,
        body=lambda text: (
            text.replace(infos[0], "@").replace(infos[1], infos[0]).replace("@", infos[1])
        ),
    )
    yield Case(
        name="hkdf-info-swapped", about="the Infos of two recipients swapped",
        octets=write(swapped), reason="info",
    )  # fmt: skip
    for name, about, edit in (
        ("info-label", "another label in Info", lambda info: b"iarms-envelope-2" + info[16:]),
        ("info-kid", "another kid in Info", lambda info: info[:81] + BRA.encryption_kid.encode()),
        ("info-zero", "an Info of zeros", lambda info: bytes(124)),
        ("info-ephemeral", "another ephemeral key's hash", lambda info: info[:49] + bytes(32) + info[81:]),
    ):  # fmt: skip
        yield Case(name=name, about=about, octets=write(honest(info=edit)), reason="info")


SMALL_ORDER = {
    "zero": "0000000000000000000000000000000000000000000000000000000000000000",
    "one": "0100000000000000000000000000000000000000000000000000000000000000",
    "order8-a": "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
    "order8-b": "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
    "p-minus-1": "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "p": "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "p-plus-1": "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
}


def _flip_last_bit(octets: bytes) -> bytes:
    return octets[:-1] + bytes([octets[-1] ^ 1])


def _decryptions() -> Iterator[Case]:
    for name, point in SMALL_ORDER.items():
        recipe = honest(
            spki=lambda spki, point=point: spki[:12] + bytes.fromhex(point),
            shared=lambda number, secret: bytes(32),  # as the attacker knows it will be
        )
        yield Case(
            name=f"x25519-{name}", about="a small-order ephemeral key: the secret would be zero",
            octets=write(recipe), reason="agreement",
        )  # fmt: skip
    flip = _flip_last_bit
    for name, about, changes, reason in (
        ("wrapped-key-flipped", "one bit of the wrapped key", {"wrapped": flip}, "key-wrap"),
        ("wrapped-key-zero", "a wrapped key of zeros", {"wrapped": lambda _: bytes(40)}, "key-wrap"),
        ("shared-secret-other", "wrapped under another secret", {"shared": lambda number, secret: flip(secret)}, "key-wrap"),
        ("salt-other", "a salt that was not used", {"encrypted_key": lambda number, text: re.sub(r"(Salt>)[^<]+(<)", rf"\g<1>{b64(bytes(32))}\2", text, count=1)}, "key-wrap"),
        ("ephemeral-other", "an ephemeral key that was not used", {"shared": lambda number, secret: bytes(32)}, "key-wrap"),
        ("content-key-other", "another content key for me", {"content_key": lambda number, key: flip(key)}, "decryption"),
        ("gcm-tag", "one bit of the tag", {"sealed": flip}, "decryption"),
        ("gcm-iv", "one bit of the IV", {"sealed": lambda octets: bytes([octets[0] ^ 1]) + octets[1:]}, "decryption"),
        ("gcm-ciphertext", "one bit of the ciphertext", {"sealed": lambda octets: octets[:20] + bytes([octets[20] ^ 1]) + octets[21:]}, "decryption"),
        ("gcm-truncated-tag", "a tag of 12 octets", {"sealed": lambda octets: octets[:-4]}, "decryption"),
        ("gcm-only-tag", "no ciphertext, a tag of zeros", {"sealed": lambda _: bytes(28)}, "decryption"),
    ):  # fmt: skip
        yield Case(
            name=name, about=f"{about}, validly signed", octets=write(honest(**changes)),
            reason=reason,
        )  # fmt: skip


def _commitments() -> Iterator[Case]:
    other = wrap(cast.PAYLOAD.replace(b"OWNER", b"FINDR"), bytes(24))
    start = b'<env:Payload xmlns:env="urn:iarms:exchange:envelope:1" salt="'
    end = b"</env:Payload>"
    yield Case(
        name="commitment-mismatch-resigned", about="the header commits to another plaintext",
        octets=write(honest(committed=lambda _: other)), reason="commitment",
    )  # fmt: skip
    yield Case(
        name="commitment-length", about="the right digest with a wrong length",
        octets=write(honest(header=_swap('length="512"', 'length="1024"'))), reason="commitment",
    )  # fmt: skip
    for name, about, edit in (
        ("unpadded", "no padding", lambda octets: octets.replace(b" " * 32, b"").replace(b" <", b"<")),
        ("padding-short", "one space too few", lambda octets: octets[: -len(end) - 1] + end),
        ("padding-long", "512 spaces too many", lambda octets: octets[: -len(end)] + b" " * 512 + end),
        ("padding-newline", "a line break in the padding", lambda octets: octets[: -len(end) - 1] + b"\n" + end),
        ("padding-first", "padding before the payload", lambda octets: octets[:95] + b" " + octets[95 : -len(end) - 1] + end),
        ("no-salt", "no salt", lambda octets: octets.replace(octets[len(start) : len(start) + 32], b"", 1)),
        ("salt-not-base64", "a salt that is no base64", lambda octets: octets.replace(octets[len(start) : len(start) + 1], b"*", 1)),
        ("other-root", "another wrapper element", lambda octets: octets.replace(b"env:Payload", b"env:Content")),
        ("bare", "no wrapper at all", lambda octets: cast.PAYLOAD),
        ("empty", "an empty wrapper", lambda octets: start + octets[len(start) : len(start) + 34] + b" " * (512 - len(start) - 34 - len(end)) + end),
        ("declaration", "an XML declaration in the wrapper", lambda octets: _refill(octets, b'<?xml version="1.0"?>' + cast.PAYLOAD)),
        ("doctype", "a document type in the wrapper", lambda octets: _refill(octets, b"<!DOCTYPE a>" + cast.PAYLOAD)),
        ("text", "text instead of an element", lambda octets: _refill(octets, b"HitReceipt")),
    ):  # fmt: skip
        yield Case(
            name=f"wrapper-{name}", about=f"{about}, validly signed and committed to",
            octets=write(honest(wrapper=edit)), reason="wrapper",
        )  # fmt: skip
    gone = honest(to=((USA, 1), (NLD, 1), (DEU, 1)), content_key=_two_keys)
    yield Case(
        name="two-content-keys", about="different content keys for different recipients",
        octets=write(gone), reason="decryption",
    )  # fmt: skip


# --- suites --------------------------------------------------------------------------------------


def _suites() -> Iterator[Case]:
    """What goes wrong where a key of suite 2 is concerned; every case is validly signed."""
    to = ((DEU_HYBRID, 4711),)
    flip = _flip_last_bit
    old_form = write(honest()).decode()
    old_key = old_form[
        old_form.index("<xenc:EncryptedKey") : old_form.index(
            "</ds:KeyInfo><xenc:CipherData><xenc:CipherValue>",
            old_form.rindex("</xenc:EncryptedKey>"),
        )
    ]
    renamed = old_key.replace(DEU.encryption_kid, DEU_HYBRID.encryption_kid)
    uri = "urn:iarms:exchange:encryption:hpke-x-wing"
    for name, about, changes, reason in (
        ("hybrid-lattice-flipped", "one bit of the ML-KEM ciphertext", {"sealed_key": lambda octets: bytes([octets[0] ^ 1]) + octets[1:]}, "key-wrap"),
        ("hybrid-point-flipped", "one bit of the X25519 half", {"sealed_key": lambda octets: octets[:1088] + bytes([octets[1088] ^ 1]) + octets[1089:]}, "key-wrap"),
        ("hybrid-point-zero", "a small-order X25519 half", {"sealed_key": lambda octets: octets[:1088] + bytes(32) + octets[1120:]}, "key-wrap"),
        ("hybrid-key-flipped", "one bit of the sealed key", {"sealed_key": lambda octets: octets[:1120] + bytes([octets[1120] ^ 1]) + octets[1121:]}, "key-wrap"),
        ("hybrid-tag-flipped", "one bit of the tag", {"sealed_key": flip}, "key-wrap"),
        ("hybrid-zeros", "zeros for everything", {"sealed_key": lambda _: bytes(1168)}, "key-wrap"),
        ("hybrid-info-other", "sealed for another header", {"info": flip}, "key-wrap"),
        ("hybrid-info-suite-1", "bound as suite 1 binds", {"info": lambda info: info.replace(b"envelope-2", b"envelope-1")}, "key-wrap"),
        ("hybrid-others-key", "sealed to somebody else's key", {"sealed_key": lambda _: _sealed_for_brazil()}, "key-wrap"),
        ("hybrid-other-content-key", "another content key for me", {"content_key": lambda number, key: flip(key)}, "decryption"),
        ("hybrid-long-content-key", "a content key of 33 octets", {"content_key": lambda number, key: key + b"x"}, "grammar-encrypted-data"),
        ("hybrid-truncated-octet", "the last octet of the sealed key is missing", {"sealed_key": lambda octets: octets[:-1]}, "grammar-encrypted-data"),
        ("hybrid-truncated-tag", "no tag", {"sealed_key": lambda octets: octets[:-16]}, "grammar-encrypted-data"),
        ("hybrid-truncated-kem", "the encapsulation alone", {"sealed_key": lambda octets: octets[:1120]}, "grammar-encrypted-data"),
        ("hybrid-lattice-alone", "no X25519 half: a pure ML-KEM key", {"sealed_key": lambda octets: octets[:1088] + octets[1120:]}, "grammar-encrypted-data"),
        ("hybrid-empty", "nothing sealed", {"sealed_key": lambda _: b""}, "grammar-encrypted-data"),
        ("hybrid-longer", "three octets more", {"sealed_key": lambda octets: octets + bytes(3)}, "grammar-encrypted-data"),
        ("hybrid-noncanonical-base64", "stray bits in the last character", {"encrypted_key": lambda number, text: re.sub(r"[AQgw]==", lambda found: {"A": "B", "Q": "R", "g": "h", "w": "x"}[found[0][0]] + "==", text)}, "base64"),
        ("hybrid-other-algorithm", "an algorithm that nobody has named", {"encrypted_key": lambda number, text: text.replace(uri, uri + "-2")}, "grammar-encrypted-data"),
        ("hybrid-key-name-other", "KeyName names another key", {"encrypted_key": lambda number, text: text.replace(f"<ds:KeyName>{DEU_HYBRID.encryption_kid}", f"<ds:KeyName>{BRA_HYBRID.encryption_kid}")}, "grammar-encrypted-data"),
        ("hybrid-body-of-suite-1", "the header says suite 2, the body is of suite 1", {"encrypted_key": lambda number, text: renamed}, "grammar-encrypted-data"),
        ("suite-one-written", "suite 1 is never written", {"header": _swap('suite="2"', 'suite="1"')}, "grammar-header"),
        ("suite-three", "a suite that does not exist", {"header": _swap('suite="2"', 'suite="3"')}, "grammar-header"),
        ("suite-twice", "the suite stands twice", {"header": _swap('suite="2"', 'suite="2" suite="2"')}, "grammar-header"),
        ("suite-first", "the attributes in another order", {"header": lambda text: text.replace(' suite="2"', "").replace("<env:To key", '<env:To suite="2" key')}, "grammar-header"),
        ("suite-hidden", "the header says suite 1, the body is of suite 2", {"header": _swap(' suite="2"', "")}, "grammar-encrypted-data"),
        ("suite-hidden-both", "a hybrid key addressed by suite 1", {"header": _swap(' suite="2"', ""), "encrypted_key": lambda number, text: renamed}, "suite"),
    ):  # fmt: skip
        yield Case(
            name=name, about=f"{about}, validly signed", directory="both-suites", reason=reason,
            octets=write(honest(**({"to": to} | changes))),
        )  # fmt: skip
    wrong = replace(DEU_HYBRID)
    swapped = honest(
        to=((wrong, 4711),),
        header=lambda text: text.replace(DEU_HYBRID.encryption_kid, DEU.encryption_kid),
        encrypted_key=lambda number, text: text.replace(
            DEU_HYBRID.encryption_kid, DEU.encryption_kid
        ),
    )
    yield Case(
        name="suite-of-other-key", about="an X25519 key addressed by suite 2", reason="suite",
        octets=write(swapped), directory="both-suites",
    )  # fmt: skip
    yield Case(
        name="downgraded", about="suite 1 by a sender who knew that suite 2 is asked for",
        octets=write(honest(version=18)), reason="suite", directory="hybrid",
    )  # fmt: skip
    yield Case(
        name="downgraded-for-another", about="suite 1 for one recipient of two, where suite 2 is asked for",
        octets=write(honest(to=((BRA, 1), (DEU_HYBRID, 2)), version=18)), reason="suite", directory="hybrid",
    )  # fmt: skip
    captured = write(honest(to=to, version=18)).decode()
    stripped = captured.replace(' suite="2"', "", 1)
    yield Case(
        name="outsider-suite-stripped", about="an outsider takes the suite out of the header",
        octets=stripped.encode(), reason="digest", directory="hybrid",
    )  # fmt: skip
    yield Case(
        name="hybrid-not-for-me", about="sealed to Brazil's hybrid key", reason="", outcome="not-for-me",
        octets=write(honest(to=((BRA_HYBRID, 1),), version=18)), directory="hybrid",
    )  # fmt: skip
    yield Case(
        name="hybrid-authorship-theft", about="a captured body under another member's header",
        octets=write(honest(to=to, sender=NLD, body=lambda _: _body_of(captured))), reason="key-wrap",
        directory="hybrid",
    )  # fmt: skip


def _sealed_for_brazil() -> bytes:
    text = write(honest(to=((BRA_HYBRID, 1),))).decode()
    found = re.search(r"<xenc:CipherValue>([^<]+)<", text)
    if found is None:
        raise AssertionError("no sealed key")
    return base64.b64decode(found[1])


def _body_of(envelope: str) -> str:
    return envelope[envelope.index("<xenc:EncryptedData") : envelope.index("<ds:Signature ")]


def _two_keys(number: int, key: bytes) -> bytes:
    return key if number < 2 else bytes(32)


def _refill(wrapper: bytes, payload: bytes) -> bytes:
    salt = base64.b64decode(wrapper[61:93])
    return wrap(payload, salt)
