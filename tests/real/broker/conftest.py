"""The broker that this folder's tests share."""

from __future__ import annotations

from real_broker import real_broker

__all__ = ["real_broker"]
