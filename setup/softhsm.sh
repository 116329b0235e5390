#!/usr/bin/env bash
# Installs SoftHSM, the token in software that the tests of PKCS#11 use, where it is missing. Where
# it cannot be installed those tests say so and are left out; no other part needs it.
source "$(dirname "${BASH_SOURCE[0]}")/shared.sh"

install_softhsm() {
  if command -v softhsm2-util >/dev/null 2>&1; then return 0; fi
  say "SoftHSM: installing Debian's package (once, a few seconds)"
  install_packages softhsm2 || say "SoftHSM: the tests of keys in a token will be left out"
}

in_turn softhsm install_softhsm
