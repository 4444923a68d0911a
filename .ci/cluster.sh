# Sourced by the checks that need PostgreSQL, replicas and a balancer. All of it is on loopback and in a folder of its own, and ends with the check.
# KEEP=1 leaves its logs. Of PORT, a multiple of ten, the balancer has the first, replicas 1 to 3 the next ones, and whoever sources this the others.
. "$(dirname "${BASH_SOURCE[0]}")/service.sh"
port=${PORT:-18060}
address=http://127.0.0.1:$port
chmod 755 "$work"
postgres_bin=$(ls -d /usr/lib/postgresql/*/bin | sort -V | tail -n 1)
# A server refuses to run as root.
as_postgres=()
[ "$(id -u)" -ne 0 ] || as_postgres=(setpriv --reuid=postgres --regid=postgres --clear-groups)
export Authentication__BootstrapToken=admin-token-of-the-replicas-check-01 Logging__Level=Warning Database__Provider=PostgreSql
# Of the load there is more than anybody should make with one token.
export Limits__RequestsPerSecond=0 Limits__HeavyReads=0
declare -A pids=()

# run NAME COMMAND...: in the background, with what it says in NAME.log.
run() {
  local name=$1
  shift
  "$@" >> "$work/$name.log" 2>&1 < /dev/null &
  pids[$name]=$!
}

# end NAME [SIGNAL]: ends it and waits until it has ended. Its exit code is in $code.
end() {
  code=0
  [ -n "${pids[$1]:-}" ] || return 0
  kill "-${2:-TERM}" "${pids[$1]}" 2> /dev/null || true
  wait "${pids[$1]}" 2> /dev/null || code=$?
  unset "pids[$1]"
}

# Whatever became of the check: first what was paused goes on, then all is ended.
end_all() {
  local name
  touch "$work/over"
  for name in "${!pids[@]}"; do kill -CONT "${pids[$name]}" 2> /dev/null || true; done
  for name in "${!pids[@]}"; do kill -KILL "${pids[$name]}" 2> /dev/null || true; done
  wait 2> /dev/null || true
  end_postmasters
  # Where a check has made a small file system.
  ! mountpoint -q "$work/room" || umount -l "$work/room"
  [ -n "${KEEP:-}" ] || rm -rf "$work"
}

# Those that are no children of the check, but of one that is gone.
end_postmasters() {
  local file pid
  for file in "$work"/*/data/postmaster.pid; do
    pid=$(head -n 1 "$file" 2> /dev/null) || continue
    # The server's own processes may be paused, too.
    pkill -CONT -P "$pid" || true
    kill -QUIT "$pid" 2> /dev/null && kill -CONT "$pid" 2> /dev/null || true
  done
  for _ in $(seq 50); do
    compgen -G "$work/*/data/postmaster.pid" > /dev/null || return 0
    sleep 0.1
  done
}

trap end_all EXIT
trap 'exit 1' INT TERM

fail() {
  echo "$*"
  tail -n 5 "$work"/*.log | cut -c 1-300
  exit 1
}

say() { printf '%s %s\n' "$(date +%T.%3N)" "$*"; }

# Builds the program as an image has it, and the checker. APP and CHECKER name folders where they are already.
publish() {
  APP=${APP:-$work/app} CHECKER=${CHECKER:-$work/checker}
  bash "$root/.ci/publish" "$APP"
  [ -e "$CHECKER/DeploymentService.Checker" ] || (cd "$root" && dotnet publish tests/DeploymentService.Checker --configuration Release --output "$CHECKER" --nologo -v quiet)
}

# folder NAME: one in which a server may write.
folder() {
  mkdir -p "$work/$1"
  [ ${#as_postgres[@]} -eq 0 ] || chown postgres "$work/$1"
}

# A server of its own, without a database.
start_postgres() {
  folder postgres
  "${as_postgres[@]}" "$postgres_bin/initdb" -D "$work/postgres/data" -A trust -U postgres > "$work/initdb.log" || fail "$(cat "$work/initdb.log")"
  run postgres "${as_postgres[@]}" "$postgres_bin/postgres" -D "$work/postgres/data" -c port=$((port + 4)) -c listen_addresses=127.0.0.1 -c unix_socket_directories="$work/postgres"
  until_true 20 'PostgreSQL' "$postgres_bin/pg_isready" -q -h 127.0.0.1 -p $((port + 4)) -U postgres
}

replica() { run "replica-$1" "$APP/DeploymentService" --urls "http://127.0.0.1:$((port + $1))"; }
is_running() { kill -0 "${pids[$1]}" 2> /dev/null; }
replica_is_ready() { curl -s -f -m 2 -o /dev/null "http://127.0.0.1:$((port + $1))/health/ready"; }
balancer_answers() { curl -s -f -m 2 -o /dev/null "$address/health/ready"; }

# The first starts all at once, on an empty database; then the balancer, with the configuration that we ship.
start_replicas() {
  local number
  for number in 1 2 3; do replica "$number"; done
  for number in 1 2 3; do until_true 30 "replica $number" replica_is_ready "$number"; done
  mkdir -p "$work/haproxy"
  cp -r "$root/src/deploy/haproxy/errors" "$work/haproxy/"
  sed -E "s/bind :8004/bind 127.0.0.1:$port/; s/10\.0\.0\.1([1-3]):8004/127.0.0.1:$((port / 10))\1/" "$root/src/deploy/haproxy/haproxy.cfg" > "$work/haproxy/haproxy.cfg"
  haproxy -c -q -f "$work/haproxy/haproxy.cfg" || fail 'HAProxy refuses our configuration'
  run haproxy haproxy -db -f "$work/haproxy/haproxy.cfg"
  until_true 10 'the balancer' balancer_answers
}

# begin_load NAME CLIENTS ARGUMENT...: the checker's clients, through the balancer, until the end of the load.
begin_load() {
  load=$1
  touch "$work/$load.times"
  run "$load" "$CHECKER/DeploymentService.Checker" --token "$Authentication__BootstrapToken" --address "$address" --seconds 36000 --clients "$2" \
    --timeline "$work/$load.times" "${@:3}"
  until_acknowledged 200 30
}

# until_acknowledged COUNT SECONDS: waits until writes were acknowledged at so many more moments.
until_acknowledged() {
  local begun
  begun=$(wc -l < "$work/$load.times")
  until_true "$2" "$1 more acknowledged writes" acknowledged_since "$begun" "$1"
}

acknowledged_since() { [ "$(wc -l < "$work/$load.times")" -ge $(($1 + $2)) ]; }

# The clients go home, and what they were told is compared with what there is; fails where the checker finds a fault.
end_load() {
  kill -TERM "${pids[$load]}" || true
  wait "${pids[$load]}" && code=0 || code=$?
  unset "pids[$load]"
  cat "$work/$load.log"
  [ "$code" -eq 0 ] || fail "$load failed"
}
