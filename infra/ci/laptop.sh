# For the programs beside this one, which source it: starts the laptop that is built already, and ends it. LOCAL_BIN
# names another laptop, with the functions' programs beside it.

READY_SECONDS=180
END_SECONDS=30

laptop_pid=
folder=$(mktemp -d)
missing=()

fail() { echo "$(basename "$0"): $1" >&2; exit 1; }

# Notes the package of Debian that has a command, if the command is missing.
need() { command -v "$1" >/dev/null || missing+=("$2"); }

install_missing() {
  [ ${#missing[@]} -gt 0 ] || return 0
  # Another program beside this one may be installing too.
  local -a patient=(-qq -o DPkg::Lock::Timeout=300)
  flock /var/lock/recado-install apt-get "${patient[@]}" update
  DEBIAN_FRONTEND=noninteractive flock /var/lock/recado-install \
    apt-get "${patient[@]}" install -y "${missing[@]}" >/dev/null
}

# Starts it with these arguments. `url` is its address then, and `greeting` all that it printed.
start_laptop() {
  local laptop=${LOCAL_BIN:-${CARGO_TARGET_DIR:-target}/debug/local} until=$((SECONDS + READY_SECONDS)) line left
  [ -z "${LOCAL_BIN:-}" ] || set -- "$@" --programs "$(dirname "$LOCAL_BIN")"
  mkfifo "$folder/out"
  setsid "$laptop" --port 0 "$@" >"$folder/out" 2>"$folder/log" &
  laptop_pid=$!
  exec 3<"$folder/out"
  url='' greeting=''
  while [ -z "$url" ]; do
    left=$((until - SECONDS))
    { [ "$left" -gt 0 ] && read -r -t "$left" line <&3; } || fail "the laptop was not ready within $READY_SECONDS s, or ended"
    greeting+=$line$'\n'
    case $line in "ready http"*) url=${line#ready } ;; esac
  done
}

# Ends it as Ctrl-C does, and holds it to a clean end.
end_laptop() {
  local code=0 left
  kill -INT "$laptop_pid"
  timeout "$END_SECONDS" tail --pid="$laptop_pid" -f /dev/null || fail "the laptop did not end within $END_SECONDS s of SIGINT"
  wait "$laptop_pid" || code=$?
  [ "$code" -eq 0 ] || fail "the laptop ended with $code"
  left=$(pgrep -s "$laptop_pid" --list-name || true)
  [ -z "$left" ] || fail "the laptop left processes behind: $left"
  laptop_pid=
}

finish_laptop() {
  local code=$?
  if [ "$code" -ne 0 ] && [ -s "$folder/log" ]; then
    echo "The laptop's last words:" >&2
    grep -v '"_aws":' "$folder/log" | tail -n 20 | cut -c -400 >&2 || true
  fi
  # Its session holds the laptop and all that it started.
  [ -z "$laptop_pid" ] || pkill -KILL -s "$laptop_pid" || true
  rm -rf "$folder"
}

trap finish_laptop EXIT
need pgrep procps
need curl curl
