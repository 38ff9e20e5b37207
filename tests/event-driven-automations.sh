#!/usr/bin/env bash
# Walks the curl lines of the system that Recado replaces; -h tells the rest. Needs curl and Python 3.
set -euo pipefail

usage() {
  cat <<'END'
Usage: tests/event-driven-automations.sh [ADDRESS [KEY [BUSINESS_ID]]]

Walks the lines that the replaced system was called by, against a given address, and says what each did: birthdays,
inactive customers, a test customer, all automations in both modes, a new customer, points. It may be walked again: then
nothing new is made, and it says so. Exits with 0 if every line did what it should, with 1 if not.

  ADDRESS      of the API; http://127.0.0.1:3000, where `cargo dev` is, unless given
  KEY          of the operator or of a business; the operator key of `cargo dev` unless given
  BUSINESS_ID  with the operator key: automations run for this business, not for every one

  PHONE=…      of the new customer, who stays until somebody erases it. Unless given, a number of São Paulo on this
               machine, where nobody is reached; against another address the last two lines are left out
  TIMEOUT=…    seconds that a run may take which goes on after its request, and that a busy API is waited for; 600
               unless given

Customers with a birthday are greeted, and owners get their reports, as at the automations' own hours.
END
}

case ${1:-} in
  -h | --help) usage; exit ;;
esac
if [ $# -gt 3 ]; then
  usage >&2
  exit 2
fi
address=${1:-http://127.0.0.1:3000}
address=${address%/}
key=${2:-laptop-operator-key}
business=${3:-}
phone=${PHONE:-}
case $address in
  http://127.0.0.1:* | http://localhost:*) phone=${phone:-+55 11 91234-0143} ;;
esac
timeout=${TIMEOUT:-600}
load_id=event-driven-automations
# The time that a message may take that a stream brings about.
message_seconds=20

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
failures=0

# Tells something of the line that is walked.
say() { printf '%-32s %s\n' "$line" "$1"; }
wrong() {
  failures=$((failures + 1))
  say "WRONG: $1"
}
give_up() {
  printf '%s\n' "$1" >&2
  exit 1
}

# A header of the last answer.
header() { tr -d '\r' <"$folder/headers" | awk -v name="$1:" 'tolower($1) == name { print $2; exit }'; }

# A value of the last answer by its path, as `question.status`; nothing if it is not there.
field() {
  python3 - "$folder/body" "$1" <<'END'
import json, sys

try:
    value = json.load(open(sys.argv[1], encoding="utf-8"))
    for name in sys.argv[2].split("."):
        value = value[int(name)] if isinstance(value, list) else value[name]
except (IndexError, KeyError, TypeError, ValueError):
    value = None
if isinstance(value, bool):
    value = str(value).lower()
elif isinstance(value, list):
    value = " ".join(value)
print("" if value is None else value)
END
}

# Calls METHOD PATH, with a JSON body if one is given: $status, and the answer for `header` and `field`. A caller who is
# told to come later does so.
call() {
  local method=$1 path=$2 until=$((SECONDS + timeout)) pause more=()
  [ $# -lt 3 ] || more=(--header 'content-type: application/json' --data "$3")
  while :; do
    status=$(curl --silent --show-error --max-time 60 --request "$method" --header "x-api-key: $key" "${more[@]}" \
      --dump-header "$folder/headers" --output "$folder/body" --write-out '%{http_code}' "$address$path") ||
      give_up "$method $path: no answer from $address"
    case $status in
      429 | 503) ;;
      *) return 0 ;;
    esac
    pause=$(header retry-after)
    pause=${pause:-1}
    [ $((SECONDS + pause)) -le "$until" ] || return 0
    sleep "$pause"
  done
}

# Says so if the last answer has none of these statuses.
expect() {
  case " $* " in
    *" $status "*) ;;
    *) wrong "answered $status: $(field detail)"; return 1 ;;
  esac
}

# Waits for the run that the last answer names, and keeps the pages of what it has done.
follow() {
  local path until=$((SECONDS + timeout)) pause=1 cursor page=0
  path=$(header location)
  while :; do
    call GET "$path"
    expect 200 || return 1
    [ "$(field state)" != completed ] || break
    if [ $SECONDS -ge "$until" ]; then
      wrong "$path has done $(field jobs_done) of $(field jobs) jobs in $timeout s"
      return 1
    fi
    sleep "$pause"
    pause=$((pause < 15 ? pause + 1 : 15))
  done
  while :; do
    page=$((page + 1))
    cp "$folder/body" "$folder/page.$page"
    cursor=$(field cursor)
    [ -n "$cursor" ] || return 0
    call GET "$path?cursor=$cursor"
    expect 200 || return 1
  done
}

# Runs automations by METHOD, PATH and QUERY, and says what was done. MODE is how they are to find their customers, and
# which they are follows; `...` as the last of them allows for others.
run() {
  local method=$1 path=$2 query=$3 mode=$4 answered=200
  shift 4
  [ -z "$business" ] || query="${query:+$query&}business_id=$business"
  rm -f "$folder"/page.*
  call "$method" "$path${query:+?$query}"
  expect 200 202 || return 0
  if [ "$status" = 202 ]; then
    answered='202 and completed'
    follow || return 0
  else
    [ "$(field mode)" = "$mode" ] || wrong "ran $(field mode), not $mode"
    cp "$folder/body" "$folder/page.1"
  fi
  if ! python3 - "$folder" "$line" "$answered" "$mode" "$@" <<'END'; then
import json, pathlib, sys

folder, line, answered, mode, *expected = sys.argv[1:]
folder = pathlib.Path(folder)
COSTS = ("queries", "items_read", "read_units", "milliseconds")
found, messages, skipped, costs = {}, 0, {}, dict.fromkeys(COSTS, 0)
for page in folder.glob("page.*"):
    for part in json.loads(page.read_text(encoding="utf-8"))["results"]:
        found[part["automation"]] = found.get(part["automation"], 0) + part["found"]
        messages += part["messages"]
        for reason, count in part["skipped"].items():
            skipped[reason] = skipped.get(reason, 0) + count
        for cost in COSTS:
            costs[cost] += part[cost]


def counted(counts):
    each = ", ".join(f"{name} {count}" for name, count in sorted(counts.items()))
    return f"{sum(counts.values())} ({each})" if each else "0"


print(
    f"{line:<32} {answered}: found {counted(found)}, messages {messages}, skipped {counted(skipped)}; "
    f"queries {costs['queries']}, items read {costs['items_read']}, read units {costs['read_units']:g}, "
    f"{costs['milliseconds']} ms"
)

# The matches of the index in earlier lines: they must be the same in both modes, and nothing new may come of it.
state = folder / "found"
before = json.loads(state.read_text()) if state.exists() else {}
if mode == "event-driven":
    state.write_text(json.dumps({**before, **found}))
if len(found) > 1:
    (folder / mode).write_text(json.dumps({"found": found, **costs}))
with open(folder / "made", "a", encoding="utf-8") as made:
    print(messages, file=made)
problems = []
others_may_run = expected[-1] == "..."
expected = {name for name in expected if name != "..."}
if not expected <= set(found) or (set(found) != expected and not others_may_run):
    problems.append(f"ran {', '.join(found) or 'nothing'}")
for automation in set(found) & set(before) if mode == "legacy" else ():
    if found[automation] != before[automation]:
        problems.append(f"{found[automation]} {automation} by reading everything, {before[automation]} by index")
if messages and all(found[automation] <= before.get(automation, -1) for automation in found):
    problems.append(f"{messages} messages about what had been found before")
for problem in problems:
    print(f"{line:<32} WRONG: {problem}")
sys.exit(bool(problems))
END
    failures=$((failures + 1))
  fi
}

# Waits for a message by its id: $status and the record.
await_message() {
  local until=$((SECONDS + message_seconds))
  while :; do
    call GET "/api/messages/$1$about"
    [ "$status" = 404 ] && [ $SECONDS -lt "$until" ] || return 0
    sleep 1
  done
}

# The business of those lines that are of one.
one=$business
whose="business $business"
operator=yes
if [ -z "$one" ]; then
  call GET '/api/businesses?limit=1'
  case $status in
    200)
      one=$(field businesses.0.business_id)
      [ -n "$one" ] || give_up "There is no business at $address."
      whose="every business; test customer, new customer and points at business $one"
      ;;
    # A business's key says itself whom it is about.
    403) whose="the key's business" operator='' ;;
    *) give_up "GET /api/businesses: answered $status: $(field detail)" ;;
  esac
fi
about=${one:+?business_id=$one}
printf '%s: %s\n' "$address" "$whose"

line='birthdays'
run GET /api/automation-events event=birthdays event-driven birthdays

line='inactive customers'
run POST /api/automation-events event=inactive event-driven inactive-customers

line='test customer'
missing=''
call POST "/api/automation-events?event=test-customer${one:+&business_id=$one}"
if expect 200; then
  missing=$(field missing)
  asked=$(field question.asked)
  question="question made in $(field question.milliseconds) ms and $(field question.status), asks for ${missing// /, }"
  [ "$asked" = true ] || question='nothing asked'
  say "200: registered; $question; erased"
  [ -z "$missing" ] || [ "$asked" = true ] || wrong "it was not asked for ${missing// /, }"
  [ "$(field erased)" = true ] || wrong 'it was not erased'
  call GET "/api/customers/$(field customer_id)$about"
  [ "$status" = 404 ] || wrong "it is still there: $status"
fi

line='all, mode=event-driven'
run GET /api/automations mode=event-driven event-driven birthdays inactive-customers ...

line='all, mode=legacy'
if [ -n "$operator" ]; then
  run POST /api/automations mode=legacy legacy birthdays inactive-customers ...
else
  call POST '/api/automations?mode=legacy'
  if expect 403; then say '403: it reads every customer, and takes the operator key'; fi
fi

line='all, no mode, as old cron lines'
run GET /api/automations '' "$([ -n "$operator" ] && echo legacy || echo event-driven)" birthdays inactive-customers ...

line='new customer'
customer=''
[ -z "$phone" ] || call POST "/api/customers$about" "{\"name\": \"Ana Prueba\", \"phone\": \"$phone\"}"
if [ -z "$phone" ]; then
  say 'left out: PHONE names nobody'
elif expect 200 201; then
  customer=$(field customer_id)
  if [ "$status" = 200 ]; then
    say '200: known already, nothing new'
  elif [ -z "${missing#name}" ]; then
    say '201: registered, nothing to ask for'
  else
    await_message "missing-fields/$customer"
    say "201: registered, the question is $(field status)"
    [ "$status" = 200 ] || wrong "no question in $message_seconds s"
  fi
fi

line='points'
if [ -n "$customer" ]; then
  call POST "/api/points/load$about" \
    "{\"customer_id\": \"$customer\", \"points\": 10, \"reason\": \"$load_id\", \"load_id\": \"$load_id\"}"
  if expect 200 201; then
    loaded="201: 10 loaded, balance $(field balance)"
    [ "$status" = 201 ] || loaded="200: loaded before, nothing new; balance $(field balance) then"
    await_message "points/$customer/$load_id"
    say "$loaded; the notice is $(field status)"
    [ "$status" = 200 ] || wrong "no notice in $message_seconds s"
  fi
fi

python3 - "$folder" <<'END'
import json, pathlib, sys

folder = pathlib.Path(sys.argv[1])


def read(name):
    path = folder / name
    return path.read_text(encoding="utf-8") if path.exists() else ""


def told(costs):
    return (
        f"{sum(costs['found'].values())} found by {costs['queries']} queries, {costs['items_read']} items, "
        f"{costs['read_units']:g} read units, {costs['milliseconds']} ms"
    )


made = read("made").split()
if made and not any(map(int, made)):
    print("No automation made anything new.")
if read("event-driven") and read("legacy"):
    index, scan = json.loads(read("event-driven")), json.loads(read("legacy"))
    print(f"event-driven: {told(index)}; legacy: {told(scan)}.")
END
if [ "$failures" -gt 0 ]; then
  echo "$failures of these lines did not do what they should."
  exit 1
fi
