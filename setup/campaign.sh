#!/usr/bin/env bash
# Installs what only the campaign needs (FUSE, a settable clock) where it is missing. Without it the
# campaign runs all the same, and tells which kinds of fault it leaves out.
source "$(dirname "${BASH_SOURCE[0]}")/shared.sh"

install_libraries() {
  local missing=()
  ldconfig -p | grep -q 'libfuse\.so\.2\|libfuse3\.so' || missing+=(libfuse2)
  compgen -G "/usr/lib/*/faketime/libfaketime.so.1" >/dev/null || missing+=(libfaketime)
  if [ "${#missing[@]}" -eq 0 ]; then return 0; fi
  say "campaign: installing Debian's ${missing[*]} (once, a few seconds)"
  install_packages "${missing[@]}" || say "campaign: some kinds of fault will be left out"
}

in_turn campaign install_libraries
