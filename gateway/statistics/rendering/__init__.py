"""Writes a report down: CSV, JSON, XLSX, HTML, PDF. The same numbers in all of them.

It computes no figure; each format is imported when it is asked for.
"""

from __future__ import annotations

from enum import StrEnum
from importlib import import_module

from gateway.statistics.reports import Report


class Format(StrEnum):
    """How a report can be written; the value is the suffix of its file."""

    CSV = "csv"
    JSON = "json"
    XLSX = "xlsx"
    HTML = "html"
    PDF = "pdf"
    TEXT = "txt"


_MODULES = {
    Format.CSV: "as_csv",
    Format.JSON: "as_json",
    Format.XLSX: "as_xlsx",
    Format.HTML: "as_html",
    Format.PDF: "as_pdf",
    Format.TEXT: "as_text",
}


def render(report: Report, form: Format) -> bytes:
    """The octets of ``report`` in ``form``; equal reports give equal octets."""
    octets: bytes = import_module(f"{__name__}.{_MODULES[form]}").render(report)
    return octets
