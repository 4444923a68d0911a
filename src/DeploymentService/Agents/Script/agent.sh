# Runs what its server has to run, each execution once, and reports how it ended. It was made for one server and holds that server's secret URLs.
# Everything is in one function that the last line calls, so that half a download runs nothing.
deployment_agent() {

say() { printf '%s\n' "$*"; }
complain() { printf 'agent.sh: %s\n' "$*" >&2; }
trouble() { complain "$*"; outcome=1; }

# When a process began, which tells it from a later one with the same number. Nothing where there is no /proc.
born() { sed -n 's/.*) [^XZ] //p' "/proc/$1/stat" 2> /dev/null | cut -d ' ' -f 19; }

# What was reported is a line of this file; its folder is gone.
is_done() { grep -q -x -F -e "$id" "$state/done" 2> /dev/null; }

is_running() {
  ! [ -f "$dir/form" ] && { lives begun || lives child; }
}

# lives NOTE: the process of a note runs. The program may outlive its agent.
lives() { [ -f "$dir/$1" ] && read -r owner start < "$dir/$1" && kill -0 "$owner" 2> /dev/null && [ "$(born "$owner")" = "$start" ]; }

# Keeps the end, which says what went wrong.
trim() {
  [ $(($(wc -c < "$dir/$1"))) -le "$2" ] && return
  { printf '...' && tail -c "$2" "$dir/$1"; } > "$dir/trimmed" && mv -f "$dir/trimmed" "$dir/$1"
}

# An output that is not reported may be the one that says what failed.
lost() { [ "$code" != 0 ] || code=1; }

# output NAME FIELD: what the program wrote for a declared output.
output() {
  [ -f "$dir/out.$1" ] || return 0
  if [ $(($(wc -c < "$dir/out.$1"))) -gt "$most" ]; then
    printf 'agent.sh: the output %s is larger than %s bytes, and was left out\n' "$1" "$most" >> "$dir/stderr"
    lost
  else
    number=$((number + 1))
    { cp "$dir/out.$1" "$dir/output.$number" && printf 'form = "%s=@output.%s"\n' "$2" "$number" >> "$dir/form.new"; } || lost
  fi
}

# end CODE: from here on it has ended, and waits to be reported. Half a report is none.
end() {
  trim stdout "$most" && trim stderr "$most" && {
    printf 'form = "%s=@%s"\n' deploy_stdout stdout deploy_stderr stderr && printf 'form-string = "deploy_status_code=%s"\n' "$1"
  } >> "$dir/form.new" && mv -f "$dir/form.new" "$dir/form"
}

# 0: the service has it. 1: it cannot be had now. 2: the service does not want it. The URL is in a file, and on no command line.
send() {
  pause=1
  while [ -d "$dir" ]; do
    status=$(cd "$dir" && curl -sS -K url -K form -X PUT -o /dev/null -w '%{http_code}' --connect-timeout 10 --max-time 300) || status=000
    case $status in
      2??) return 0 ;;
      408 | 429 | 5?? | 000) ;;
      *) return 2 ;;
    esac
    [ "$pause" -lt 64 ] || return 1
    sleep "$pause"
    pause=$((pause * 2))
  done
}

# Reports what has ended, and what was begun and never ended, which may have done half of its work.
settle() {
  if ! [ -f "$dir/form" ]; then
    : >> "$dir/stdout"
    printf 'agent.sh: the agent was ended while this ran. Nobody knows how far it came, so it is not run again by itself.\n' >> "$dir/stderr"
    : > "$dir/form.new"
    if ! end 1; then
      trouble "$name cannot be reported now, because $dir cannot be written. The next agent.sh does it."
      return
    fi
  fi
  send
  case $? in
    0) printf '%s\n' "$id" >> "$state/done" && rm -rf "$dir" && say "$name is reported" ;;
    1) trouble "$name cannot be reported now. The next agent.sh does it." ;;
    *) trouble "$name is not reported: the service answers $status. The report stays in $dir" && : > "$dir/refused" ;;
  esac
}

# Reports of earlier runs that did not get through.
settle_all() {
  for dir in "$state"/*-*; do
    id=${dir##*/} name=$id
    if ! [ -e "$dir/begun" ] || [ -e "$dir/refused" ]; then
      continue
    elif is_done; then
      rm -rf "$dir"
    elif ! is_running; then
      settle
    fi
  done
}

# execution ID NAME SIGNAL_URL MOST: runs what nobody has begun. The link, which only one agent can make, is the note that it was begun.
execution() {
  id=$1 name=$2 dir=$state/$1 most=$4 number=0 asked=yes
  is_done && return
  if ! { mkdir -p "$dir" && printf 'url = "%s"\n' "$3" > "$dir/url.$$" && mv -f "$dir/url.$$" "$dir/url" && printf '%s %s\n' "$$" "$(born $$)" > "$dir/owner.$$"; }; then
    trouble "$name is not run, because $dir cannot be written"
  elif ln "$dir/owner.$$" "$dir/begun" 2> /dev/null; then
    # Another agent may have ended it, and taken the folder away, in between.
    if is_done; then rm -rf "$dir"; else run; fi
  elif ! [ -e "$dir/begun" ]; then
    trouble "$name is not run, because $state cannot hold links: set AGENT_STATE to another folder"
  elif is_running; then
    say "$name is run by another agent.sh"
  else
    settle
  fi
}

# This process becomes the program.
note_child() { read -r owner _ < /proc/self/stat && printf '%s %s\n' "$owner" "$(born "$owner")" > "$dir/child"; }

run() {
  if ! { program > "$dir/program" && chmod 700 "$dir/program" && : > "$dir/stdout" && : > "$dir/stderr"; }; then
    # Nothing was run, so it may be begun again.
    rm -f "$dir/begun" "$dir/program"
    trouble "$name is not run, because $dir cannot be written"
    return
  fi
  # The note is on the disk before the first effect, also when the power goes.
  sync
  say "$name begins"
  (cd "$state/work" && { note_child 2> /dev/null; inputs "$dir/program" "$dir/out"; }) > "$dir/stdout" 2> "$dir/stderr" < /dev/null
  code=$?
  outputs
  say "$name ended with exit code $code"
  if end "$code"; then
    settle
  else
    # Nobody has it any more, also where this goes on with --every.
    : > "$dir/begun"
    trouble "$name cannot be reported now, because $dir cannot be written. The next agent.sh does it."
  fi
}

# leave NAME GROUP: another agent may be there for it.
leave() {
  asked=yes
  [ -n "$again" ] || complain "$1 is left alone: it is for the hook of the group $2, and this runs the group script alone"
}

every='' again='' asked='' outcome=0
while [ $# -gt 0 ]; do
  case $1 in
    --every) every=${2:-none} && [ $# -lt 2 ] || shift ;;
    --again) again=yes ;;
    *) complain "there is no '$1' here: use --every SECONDS, or nothing to run once" && return 2 ;;
  esac
  [ $# -eq 0 ] || shift
done
case $every in
  '') ;;
  *[!0-9]* | ??????????*) complain '--every wants a whole number of seconds' && return 2 ;;
  *) [ "$every" -gt 0 ] || { complain '--every wants 1 second at least' && return 2; } ;;
esac
if [ -z "${AGENT_STATE:-}" ] && [ "$(id -u)" = 0 ]; then
  AGENT_STATE=/var/lib/deployment-agent
fi
state=${AGENT_STATE:-${XDG_STATE_HOME:-${HOME:-}/.local/state}/deployment-agent}
if ! { mkdir -p "$state/work" && chmod 700 "$state" && state=$(cd "$state" && pwd); }; then
  complain "nothing is run, because $state cannot be written: set AGENT_STATE to a folder for what was run" && return 1
fi
case $state in
  *=*) complain "the state folder cannot have a = in its name, which is $state: set AGENT_STATE to another" && return 1 ;;
esac
most=950000
settle_all
#@ executions

[ -n "$asked$again" ] || say 'There is nothing to run.'
[ -n "$every" ] || return "$outcome"
while sleep "$every"; do
  printf 'url = "%s/agent.sh"\n' "$self" | curl -fsS --connect-timeout 10 --max-time 120 -K - | sh -s -- --again
done
}
{ deployment_agent "$@"; }
