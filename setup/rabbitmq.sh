#!/usr/bin/env bash
# Installs RabbitMQ from Debian's packages where it is missing, and starts no system-wide broker.
source "$(dirname "${BASH_SOURCE[0]}")/shared.sh"

install_rabbitmq() {
  if compgen -G "/usr/lib/rabbitmq/lib/rabbitmq_server-*/sbin/rabbitmq-server" >/dev/null; then
    return 0
  fi
  say "RabbitMQ: installing Debian's package (once, about 30 s); no system service is started"
  install_packages rabbitmq-server
}

in_turn rabbitmq install_rabbitmq
