# Sourced by the checks that need a running service. Everything is in a folder of its own that goes away with the check.
work=$(mktemp -d)
service_pid=

stop_service() {
  if [ -n "$service_pid" ]; then
    kill "$service_pid" 2> /dev/null || true
    wait "$service_pid" 2> /dev/null || true
    service_pid=
  fi
}

trap 'stop_service; rm -rf "$work"' EXIT
# A command that ends a check without a word of its own is named.
set -E
trap 'echo "exit code $? in line $LINENO: $BASH_COMMAND" >&2' ERR

# start_service ADDRESS COMMAND...: waits for the first answer, 30 seconds at most.
start_service() {
  curl -s -o /dev/null "$1/healthcheck" && { echo "something else listens on $1"; return 1; }
  local address=$1
  shift
  "$@" > "$work/service.log" 2>&1 &
  service_pid=$!
  for _ in $(seq 300); do
    if curl -s -f -o /dev/null "$address/healthcheck"; then
      return 0
    fi
    kill -0 "$service_pid" 2> /dev/null || break
    sleep 0.1
  done
  echo "the service did not answer:"
  cat "$work/service.log"
  return 1
}

fail() {
  echo "$*"
  exit 1
}
