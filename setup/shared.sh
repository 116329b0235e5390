# Read by the other set-up scripts: where the repository is, and how to say what takes long.
set -euo pipefail
ROOT="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
STATE="$ROOT/.state"
umask 077
say() {
  local dim='' plain=''
  if [ -t 2 ]; then dim=$'\033[2m' plain=$'\033[0m'; fi
  printf '%s[setup]%s %s\n' "$dim" "$plain" "$*" >&2
}

# as_root CMD...: runs a command with root's rights, and with the modes that a system's files have.
as_root() (
  umask 022
  if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo "$@"; fi
)

# in_turn NAME CMD...: two set-ups at once wait for each other instead of mixing.
in_turn() {
  local name="$1"; shift
  if ! mkdir -p "$STATE" 2>/dev/null || [ ! -w "$STATE" ]; then
    say "$STATE cannot be written by $(id -un); if another user made it: sudo make clean, then again"
    return 1
  fi
  ( flock 9; "$@" ) 9>"$STATE/$name.lock"
}

# install_packages NAME...: Debian packages, none of which may start a service of its own.
# Runs in a subshell of in_turn, whose end takes the denial away, also when interrupted.
install_packages() {
  local deny=/usr/sbin/policy-rc.d mark="made by the set-up of iarms-gateway"
  if ! command -v apt-get >/dev/null 2>&1; then
    say "no apt-get here: install what Debian calls $* yourself, then run this again"; return 1
  elif [ "$(id -u)" -ne 0 ] && ! command -v sudo >/dev/null 2>&1; then
    say "$* must be installed, which needs root or sudo once; as root: apt-get install $*"; return 1
  fi
  # Debian asks policy-rc.d before it starts a service; 101 means "not allowed".
  if [ ! -e "$deny" ] || grep -qF "$mark" "$deny"; then
    trap 'as_root rm -f /usr/sbin/policy-rc.d' EXIT
    printf '#!/bin/sh\n# %s\nexit 101\n' "$mark" | as_root tee "$deny" >/dev/null
    as_root chmod 755 "$deny"
  fi
  apt_get update || say "the lists of packages could not be renewed; trying with those at hand"
  apt_get install -y --no-install-recommends "$@" ||
    { say "apt-get could not install $*; what it said is above"; return 1; }
}

apt_get() {
  as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=120 \
    -o Dpkg::Use-Pty=0 -o Dpkg::Options::=--force-confold "$@" </dev/null >&2
}
