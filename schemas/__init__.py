"""The XML Schemas of the message standard, found by name wherever the package lies.

It does not read or apply them: that is ``gateway.payload``.
"""

from importlib.resources import files
from pathlib import Path


def schema_path(name: str) -> Path:
    """The path of one XSD, such as ``payload.xsd``.

    Raises :class:`FileNotFoundError` for a name that is not part of the standard. The package is
    installed unpacked (no zip), so that the includes of a schema lie beside it.
    """
    path = Path(str(files(__name__) / "xsd" / name))
    if not path.is_file():
        raise FileNotFoundError(path)
    return path
