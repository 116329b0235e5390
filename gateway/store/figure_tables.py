"""The table of what the registry holds in figures: what chance is reckoned from.

Derived from the search table and made anew by ``iarms registry statistics --refresh``.
"""

from sqlalchemy import BigInteger, Column, String, Table

from gateway.store.metadata import METADATA

registry_figure = Table(
    "registry_figure",
    METADATA,
    Column("kind", String(8), primary_key=True),  # SHAPE | MAKE | BORE | FORM | TOTAL | DERIVED
    Column("name", String(40), primary_key=True),  # LLDDDD; 17; 17:6; 17:LLDDDD; KEYS
    Column("count", BigInteger, nullable=False),
)
