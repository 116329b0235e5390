"""Generates types, readers and writers from the XSDs: ``python -m gateway.payload.generate``.

With ``--check`` it writes nothing and exits 1 where a generated file is not what the schemas say.
"""

import sys
from pathlib import Path

from gateway.payload.emit_reader import emit_reader
from gateway.payload.emit_types import emit_types
from gateway.payload.emit_writer import emit_writer
from gateway.payload.schema_model import read_standard
from schemas import schema_path

_ROOM = Path(__file__).parent


def generated_files() -> dict[str, str]:
    """The name and the text of every generated file, from the schemas as they are now."""
    standard = read_standard(schema_path("payload.xsd"))
    return {
        "generated_types.py": emit_types(standard),
        "generated_reader.py": emit_reader(standard),
        "generated_writer.py": emit_writer(standard),
    }


def stale_files(room: Path = _ROOM) -> list[str]:
    """The names of generated files that differ from what the schemas say."""
    return [
        name
        for name, text in generated_files().items()
        if not (room / name).is_file() or (room / name).read_text(encoding="utf-8") != text
    ]


def main(arguments: list[str]) -> int:
    """Write the files, or with ``--check`` only compare them. Returns the exit code."""
    if arguments not in ([], ["--check"]):
        sys.stderr.write("usage: python -m gateway.payload.generate [--check]\n")
        return 2
    stale = stale_files()
    if arguments:
        for name in stale:
            sys.stderr.write(f"{name} is stale: run python -m gateway.payload.generate\n")
        return 1 if stale else 0
    files = generated_files()
    for name in stale:
        (_ROOM / name).write_text(files[name], encoding="utf-8")
        sys.stderr.write(f"wrote {name}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
