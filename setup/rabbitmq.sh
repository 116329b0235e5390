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

check_localhost() {
  if ! getent hosts localhost >/dev/null; then
    say "this machine does not know the name localhost, and RabbitMQ's node is named by it"
    say "  do: add the line '127.0.0.1 localhost' to /etc/hosts"
    exit 1
  fi
}

check_localhost
in_turn rabbitmq install_rabbitmq
