# Read by the other set-up scripts: where the repository is, and how to say what takes long.
set -euo pipefail
ROOT="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
STATE="$ROOT/.state"
umask 077
say() { printf '\033[2m[setup]\033[0m %s\n' "$*" >&2; }

# as_root CMD...: runs a command with root's rights, or says how to get them.
as_root() {
  if [ "$(id -u)" -eq 0 ]; then "$@"
  elif command -v sudo >/dev/null 2>&1; then sudo "$@"
  else
    echo "[setup] root or sudo is needed once for: $*" >&2
    return 1
  fi
}

# in_turn NAME CMD...: two set-ups at once wait for each other instead of mixing.
in_turn() {
  local name="$1"; shift
  mkdir -p "$STATE"
  ( flock 9; "$@" ) 9>"$STATE/$name.lock"
}

# install_packages NAME...: Debian packages, none of which may start a service of its own.
install_packages() {
  local deny=/usr/sbin/policy-rc.d made=no
  # Debian asks policy-rc.d before it starts a service; 101 means "not allowed".
  if [ ! -e "$deny" ]; then
    printf '#!/bin/sh\nexit 101\n' | as_root tee "$deny" >/dev/null
    as_root chmod 755 "$deny"
    made=yes
  fi
  local status=0
  as_root env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=120 -qq update >&2 || true
  as_root env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=120 -o Dpkg::Use-Pty=0 \
    -qq install -y --no-install-recommends "$@" >&2 || status=$?
  if [ "$made" = yes ]; then as_root rm -f "$deny"; fi
  return "$status"
}
