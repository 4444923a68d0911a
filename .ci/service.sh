# Sourced by the checks. What a check makes is in a folder of its own, which goes away with the check, as whatever it has started does.
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# As the tests' build has left it.
program=$root/src/DeploymentService/bin/Debug/net10.0/DeploymentService.dll
work=$(mktemp -d)
service_pid=

stop_service() {
  if [ -n "$service_pid" ]; then
    kill "$service_pid" 2> /dev/null || true
    wait "$service_pid" 2> /dev/null || true
    service_pid=
  fi
}

end_check() {
  local running
  running=$(jobs -rp)
  # shellcheck disable=SC2086 # Several.
  [ -z "$running" ] || kill $running 2> /dev/null || true
  wait 2> /dev/null || true
  rm -rf "$work"
}

trap end_check EXIT
# A command that ends a check without a word of its own is named.
set -E
trap 'echo "exit code $? in line $LINENO: $BASH_COMMAND" >&2' ERR

# start_service ADDRESS COMMAND...: waits for the first answer, a minute at most.
start_service() {
  curl -s -o /dev/null "$1/healthcheck" && { echo "something else listens on $1"; return 1; }
  local address=$1
  shift
  "$@" > "$work/service.log" 2>&1 &
  service_pid=$!
  for _ in $(seq 600); do
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

# start_program ADDRESS [OPTION...]: the service as it is without a package.
start_program() { start_service "$1" dotnet "$program" --urls "$@"; }

# kill_service: it can do nothing about it.
kill_service() {
  kill -KILL "$service_pid"
  wait "$service_pid" 2> /dev/null || true
  service_pid=
}

fail() {
  echo "$*"
  exit 1
}

# until_true SECONDS WHAT COMMAND...: asks again and again.
until_true() {
  local end=$((SECONDS + $1)) what=$2
  shift 2
  until "$@" > /dev/null 2>&1; do
    [ "$SECONDS" -lt "$end" ] || fail "not in time: $what"
    sleep 0.1
  done
}

# call METHOD URL [BODY]: with the token in $token; what is answered, unless it is an error.
call() { curl -s -f -X "$1" "$2" -H "X-Auth-Token: $token" -H 'Content-Type: application/json' ${3:+-d "$3"}; }

# field NAME: the first value of that name in a JSON document. All of it is read: whoever writes it is not cut off.
field() { jq -er --arg name "$1" 'first(.. | objects | .[$name] | select(. != null))'; }
