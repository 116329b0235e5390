#!/usr/bin/env bash
# Makes .venv from the hash-locked list; does nothing when the list has not changed.
source "$(dirname "${BASH_SOURCE[0]}")/shared.sh"

find_python() {
  for name in python3.11 python3.12 python3.13 python3; do
    if command -v "$name" >/dev/null 2>&1 &&
      "$name" -c 'import sys, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
      command -v "$name"; return 0
    fi
  done
  return 1
}

# The package itself, editable; anew only when its entry points or name can have changed.
install_gateway() {
  local stamp="$ROOT/.venv/.installed" want
  want="$(sha256sum <"$ROOT/pyproject.toml")$ROOT"
  if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$want" ]; then return 0; fi
  "$ROOT/.venv/bin/uv" pip install -q --python "$ROOT/.venv/bin/python" --no-deps --offline \
    --no-build-isolation -e "$ROOT"
  # Python reads this file in the locale's encoding, and a checkout may lie under any name.
  find "$ROOT/.venv/lib" -name '_editable_impl_iarms_gateway.pth' \
    -exec sh -c 'printf "../../../..\n" >"$1"' sh {} \;
  printf '%s' "$want" >"$stamp"
}

make_venv() {
  local stamp="$ROOT/.venv/.locked" want
  want="$(sha256sum "$ROOT"/setup/requirements.lock "$ROOT"/setup/requirements-uv.lock | sha256sum | cut -d' ' -f1)"
  want="$want $ROOT"  # its programs name their interpreter's path: a moved one is made anew
  if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$want" ] && "$ROOT/.venv/bin/python" -c '' 2>/dev/null; then
    install_gateway
    return 0
  fi
  local python
  if ! python="$(find_python)"; then
    say "installing Python's venv from Debian's packages"
    install_packages python3 python3-venv
    python="$(find_python)" || { say "Python 3.11 or newer with venv is needed"; return 1; }
  fi
  say "virtual environment: making .venv with $("$python" -V) (once, about 20 s)"
  rm -rf "$ROOT/.venv"
  "$python" -m venv "$ROOT/.venv"
  say "virtual environment: installing $(grep -c '==' "$ROOT/setup/requirements.lock") locked packages"
  "$ROOT/.venv/bin/python" -m pip install --disable-pip-version-check -q --no-deps --require-hashes \
    -r "$ROOT/setup/requirements-uv.lock"
  # uv is ten times as fast; pip knows this machine's own index, proxy and certificates.
  "$ROOT/.venv/bin/uv" pip install -q --compile-bytecode --python "$ROOT/.venv/bin/python" --require-hashes \
    -r "$ROOT/setup/requirements.lock" || {
    say "uv could not fetch them; trying again with pip, as this machine has it set up"
    "$ROOT/.venv/bin/python" -m pip install --disable-pip-version-check -q --no-deps --require-hashes \
      -r "$ROOT/setup/requirements.lock"
  }
  printf '%s' "$want" >"$stamp"
  install_gateway
}

# Where Python is told to write no bytecode, each process would compile everything at its start.
compile_gateway() {
  (cd "$ROOT" && .venv/bin/python -m compileall -q -j 0 adapters gateway keys schemas) || true
}

make_and_compile() {
  make_venv
  compile_gateway
}

in_turn venv make_and_compile
