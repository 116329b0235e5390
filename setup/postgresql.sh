#!/usr/bin/env bash
# Installs PostgreSQL's server from Debian's packages where it is missing; starts nothing.
source "$(dirname "${BASH_SOURCE[0]}")/shared.sh"

install_postgresql() {
  if compgen -G "/usr/lib/postgresql/*/bin/initdb" >/dev/null; then
    return 0
  fi
  say "PostgreSQL: installing Debian's package (once, about 30 s); no system service is started"
  # Without this, the package makes and starts a cluster of its own.
  if [ ! -e /etc/postgresql-common/createcluster.conf ]; then
    as_root mkdir -p /etc/postgresql-common
    echo "create_main_cluster = false" | as_root tee /etc/postgresql-common/createcluster.conf >/dev/null
  fi
  install_packages postgresql
}

in_turn postgresql install_postgresql
