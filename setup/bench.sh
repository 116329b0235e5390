#!/usr/bin/env bash
# Makes .bench: the locked environment and, beside it, the peers that benchmarks measure against.
source "$(dirname "${BASH_SOURCE[0]}")/shared.sh"

make_bench() {
  local stamp="$ROOT/.bench/.locked" want
  want="$(sha256sum "$ROOT"/setup/requirements*.lock "$ROOT/pyproject.toml" | sha256sum | cut -d' ' -f1)"
  if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$want" ]; then return 0; fi
  say "bench environment: installing peers (once, about 15 s)"
  rm -rf "$ROOT/.bench"
  "$ROOT/.venv/bin/uv" venv -q --python "$ROOT/.venv/bin/python" "$ROOT/.bench"
  "$ROOT/.venv/bin/uv" pip install -q --python "$ROOT/.bench/bin/python" --require-hashes \
    -r "$ROOT/setup/requirements.lock"
  # A peer that cannot be installed here is reported as absent by the benchmark, not a failure.
  "$ROOT/.venv/bin/uv" pip install -q --python "$ROOT/.bench/bin/python" --require-hashes \
    -r "$ROOT/setup/requirements-bench.lock" || say "some peers could not be installed"
  "$ROOT/.venv/bin/uv" pip install -q --python "$ROOT/.bench/bin/python" --no-deps --offline \
    --no-build-isolation -e "$ROOT"
  printf '%s' "$want" >"$stamp"
}

in_turn bench make_bench
