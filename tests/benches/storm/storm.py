#!/usr/bin/env python3
"""A reconnect storm of sessions on the laptop, beside a gateway that posts each event by itself.

    cargo build --profile simulate --bins
    tests/benches/storm/storm.py --programs target/simulate --sessions 100 1000

For each number of sessions a laptop is started. Every session is opened by `POST /start`. Then the script stands in for
Evolution at the sessions' own webhooks: five events of each session within ten seconds, as of a gateway whose network
failed, and then ten minutes of a quiet life. One session of ten does not come back from the storm: it waits for a scan, and
gets a new code every 20 seconds. Each of the others falls and comes back once in two hours on the average. The gateway alone would send as many
requests to the operator's backend as there are events. The table tells how many were left, and how late the backend was
told.

With `--faults` the backend is down, slow, answers 429 and 500, and loses answers, each for some seconds, and the
forwarder is killed ten times. There an event whose forwarder died comes again after 60 seconds instead of 180. With `--reads` 40,000 requests in a minute ask how sessions stand.
"""
import argparse
import concurrent.futures
import json
import random
import sys
import threading
import time
import urllib.parse
from datetime import datetime, timedelta, timezone
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
sys.path.append(str(ROOT / "tests/benches"))
from laptop import Laptop

# There an event whose forwarder died comes again after a minute instead of three.
FAULTY = {"HandlerTimeoutSeconds": 10, "HandlerVisibilitySeconds": 60}
GATEWAY_KEY = "world-evolution-key"


def wait_for(what, condition, seconds=300, why=lambda: ""):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return
        time.sleep(0.5)
    raise SystemExit(f"gave up: {what}\n{why()}")


def connected(laptop):
    return sum(session["state"] == "open" for session in laptop.json("GET", "/_local/world/sessions")["sessions"])


class StandIn:
    """Posts the events of sessions as Evolution does: each by itself, with a local time that pretends to be UTC."""

    def __init__(self, laptop, hooks):
        self.laptop, self.hooks, self.posted, self.refused = laptop, hooks, 0, 0
        self.lock = threading.Lock()
        self.state = {}

    def post(self, session, event, data, fell=False):
        url, headers = self.hooks[session]
        local = datetime.now(timezone.utc) - timedelta(hours=3)
        body = {
            "event": event, "instance": session, "data": {"instance": session, **data}, "destination": url,
            "date_time": local.strftime("%Y-%m-%dT%H:%M:%S.") + f"{local.microsecond // 1000:03d}Z",
            "sender": "5511999990000@s.whatsapp.net", "server_url": "http://evolution", "apikey": None,
        }
        path = urllib.parse.urlparse(url).path
        status, _ = self.laptop.call("POST", path, body, headers)
        with self.lock:
            self.posted += 1
            self.refused += status >= 300

    def connecting(self, session):
        self.post(session, "connection.update", {"state": "connecting", "statusReason": 200})

    def open(self, session):
        self.state[session] = "active"
        self.post(session, "connection.update",
                  {"state": "open", "statusReason": 200, "wuid": "5511999990000@s.whatsapp.net"})

    def close(self, session):
        self.state[session] = "inactive"
        self.post(session, "connection.update", {"state": "close", "statusReason": 428})

    def code(self, session):
        self.post(session, "qrcode.updated", {"qrcode": {
            "instance": session, "pairingCode": None, "base64": "data:image/png;base64,",
            "code": "2@" + "".join(random.choices("abcdefghijklmnopqrstuvwxyz0123456789+/", k=220))}})


def percentile(values, share):
    values = sorted(values)
    return values[min(len(values) - 1, int(share * len(values)))] if values else float("nan")


def moment(text):
    return datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()


def kill_forwarders(laptop, times, seconds):
    for _ in range(times):
        time.sleep(seconds / times)
        laptop.call("POST", "/_local/functions/forward-session-events/kill", {})


FAULTS = [
    {"kind": "down"}, {"kind": "status", "status": 500}, {"kind": "slow", "milliseconds": 3000},
    {"kind": "status", "status": 429, "retry_after": 2}, {"kind": "answer_lost"}, {"kind": "garbage"},
]


def trouble(laptop, seconds):
    """Each fault of the backend for a while, one after the other."""
    for fault in FAULTS:
        status, text = laptop.call("POST", "/_local/world/upstream/faults", fault)
        if status >= 300:
            raise SystemExit(f"fault {fault}: {status} {text}")
        time.sleep(seconds / len(FAULTS))
        laptop.call("DELETE", "/_local/world/upstream/faults")


def waits_for_a_scan(nth):
    return nth % 10 == 0


def life(gateway, ids, seconds):
    """What sessions tell on an ordinary day."""
    plan = []
    for nth, session in enumerate(ids):
        if waits_for_a_scan(nth):
            first = random.uniform(0, 20)
            plan += [(first + 20 * code, gateway.code, session) for code in range(int((seconds - first) // 20))]
        else:
            at = random.uniform(0, 7_200)
            if at < seconds - 4:
                plan += [(at, gateway.close, session), (at + 1, gateway.connecting, session), (at + 3, gateway.open, session)]
    return plan


def reads(laptop, pool, ids, requests=40_000, seconds=60):
    """So many questions how a session stands, evenly in the time. Nobody else is asked for an answer."""
    before = laptop.json("GET", "/_local/world/upstream")["counts"]["requests"]
    start, took, failed = time.monotonic(), [], []

    def read(nth):
        at = start + nth * seconds / requests
        time.sleep(max(0, at - time.monotonic()))
        asked = time.monotonic()
        status, _ = laptop.call("GET", f"/sessions/{random.choice(ids)}")
        took.append(time.monotonic() - asked)
        if status != 200:
            failed.append(status)

    list(pool.map(read, range(requests), chunksize=1))
    lasted = time.monotonic() - start
    upstream = laptop.json("GET", "/_local/world/upstream")["counts"]["requests"] - before
    return {
        "reads/minute": f"{60 * requests / lasted:.0f}",
        "read p50": f"{1000 * percentile(took, .5):.1f} ms",
        "read p99": f"{1000 * percentile(took, .99):.1f} ms",
        "reads failed": len(failed),
        "upstream meanwhile": upstream,
    }


def measure(programs, count, port, life_seconds, faults, read, parameters):
    laptop = Laptop(programs, port, remember=max(10_000, 40 * count), **(FAULTY if faults else {}), **parameters)
    try:
        pool = concurrent.futures.ThreadPoolExecutor(32)
        lines = [concurrent.futures.ThreadPoolExecutor(1) for _ in range(32)]
        began = time.monotonic()
        place = urllib.parse.urlparse(laptop.json("GET", "/_local/gateways")["evolution"])
        at_gateway = {"apikey": GATEWAY_KEY, "content-type": "application/json"}

        def begin(nth):
            """Opens a session. From then on the script is its gateway: the simulated one says no more of it."""
            session = laptop.json("POST", "/start", {"user_id": nth})["session_id"]
            path, found = f"{place.path}/webhook/find/{session}", []

            def is_there():
                status, text = laptop.call("GET", path, None, at_gateway, place.port)
                found[:] = [json.loads(text)] if status < 300 and text not in (b"", b"null") else []
                return bool(found)

            wait_for("a session is at the gateway", is_there, 900)
            # Those that are there after the storm are so at the simulated gateway too: whoever looks there finds the same.
            if not waits_for_a_scan(nth):
                scan, phone = f"/_local/world/sessions/{session}/scan", {"phone": f"55119{10_000_000 + nth}"}
                # Between two connections there is no code.
                wait_for("a session has a code", lambda: laptop.call("POST", scan, phone)[0] < 300, 900)
            url = found[0]["url"]
            quiet = {"webhook": {"enabled": False, "url": url}}
            laptop.json("POST", f"{place.path}/webhook/set/{session}", quiet, at_gateway, place.port)
            return session, (url, {name.lower(): value for name, value in found[0]["headers"].items()})

        with concurrent.futures.ThreadPoolExecutor(128) as beginners:
            hooks = dict(beginners.map(begin, range(count)))
        ids = list(hooks)
        print(f"# {count} sessions opened in {time.monotonic() - began:.0f} s", flush=True)
        scanned = sum(not waits_for_a_scan(nth) for nth in range(count))
        wait_for("they are connected", lambda: connected(laptop) >= scanned)
        gateway = StandIn(laptop, hooks)
        for session in ids:
            gateway.state[session] = None
        list(pool.map(gateway.open, ids))
        wait_for("the backend knows all of them", lambda: settled(laptop, gateway), 300)
        before = laptop.json("GET", "/_local/world/upstream")["counts"]
        units = usage(laptop)
        posted = gateway.posted
        effects_before = {session: len(items) for session, items in effects(laptop).items()}
        helpers = []
        if faults:
            helpers = [threading.Thread(target=trouble, args=(laptop, 30)),
                       threading.Thread(target=kill_forwarders, args=(laptop, 10, 30))]
            for helper in helpers:
                helper.start()
        # Five events of each session in ten seconds: it falls, is connected, wants a scan, is connected, is there.
        plan = []
        for nth, session in enumerate(ids):
            first = random.uniform(0, 8)
            last = gateway.code if waits_for_a_scan(nth) else gateway.open
            steps = [gateway.close, gateway.connecting, gateway.code, gateway.connecting, last]
            plan += [(first + nth * 0.5, step, session) for nth, step in enumerate(steps)]
        storm_began = time.time()
        took = run(lines, plan)
        storm_posted = gateway.posted - posted
        for helper in helpers:
            helper.join()
        wait_for("the backend knows how the storm ended", lambda: settled(laptop, gateway), 300)
        storm = laptop.json("GET", "/_local/world/upstream")["counts"]
        print(f"# the storm took {took:.1f} s; requests: {batches_of(laptop, storm_began)}", flush=True)
        life_began = time.time()
        run(lines, life(gateway, ids, life_seconds))
        wait_for("the backend knows the end", lambda: settled(laptop, gateway), 300, lambda: differences(laptop, gateway))
        after = laptop.json("GET", "/_local/world/upstream")["counts"]
        print(f"# the life: {batches_of(laptop, life_began)}", flush=True)
        spent = {name: value - units.get(name, 0) for name, value in usage(laptop).items()}
        ages = {"code": [], "fall": [], "other": []}
        order = 0
        for session, items in effects(laptop).items():
            items = items[effects_before.get(session, 0):]
            for item in items:
                kind = "code" if item["endpoint"] == "qr" else "fall" if item["state"] == "disconnected" else "other"
                ages[kind].append(moment(item["received_at"]) - moment(item["at"]))
            statuses = [moment(item["at"]) for item in items if item["endpoint"] == "status"]
            order += statuses != sorted(statuses)
        events = gateway.posted - posted
        requests = after["requests"] - before["requests"]
        lost = sum(known != wanted for known, wanted in standing(laptop, gateway))
        told_of_reads = reads(laptop, pool, ids) if read else {}
        return {
            "sessions": count,
            "events": events,
            "requests": requests,
            "fewer": f"{100 * (1 - requests / events):.1f} %",
            "storm": f"{100 * (1 - (storm['requests'] - before['requests']) / storm_posted):.1f} %",
            "life": f"{100 * (1 - (after['requests'] - storm['requests']) / max(1, events - storm_posted)):.1f} %",
            "fall p50": f"{percentile(ages['fall'], .5):.2f} s",
            "fall p99": f"{percentile(ages['fall'], .99):.2f} s",
            "code p50": f"{percentile(ages['code'], .5):.2f} s",
            "code p99": f"{percentile(ages['code'], .99):.2f} s",
            "other p99": f"{percentile(ages['other'], .99):.2f} s",
            "WRU/event": f"{spent['write'] / events:.2f}",
            "RRU/event": f"{spent['read'] / events:.2f}",
            "SQS/event": f"{spent['sqs'] / events:.2f}",
            "repeated": after["repeated"] - before["repeated"],
            "lost": lost,
            "out of order": order,
            "refused": gateway.refused,
            **told_of_reads,
        }
    finally:
        laptop.stop()


def run(lines, plan):
    """Each step at its second. The steps of a session stand in one line: a gateway tells them in their order."""
    start = time.monotonic()
    done = []
    for at, step, session in sorted(plan, key=lambda it: it[0]):
        wait = start + at - time.monotonic()
        if wait > 0:
            time.sleep(wait)
        done.append(lines[hash(session) % len(lines)].submit(step, session))
    for one in done:
        one.result()
    return time.monotonic() - start


def batches_of(laptop, since):
    """Requests by what they brought, and the items in each, on the average."""
    told = laptop.json("GET", "/_local/world/upstream?limit=1000000")["batches"]
    falls = {item["event_id"] for items in effects(laptop).values() for item in items
             if item["endpoint"] == "status" and item["state"] == "disconnected"}
    kinds = {}
    for batch in told:
        if moment(batch["at"]) < since:
            continue
        ids = [one[0] for one in batch["items"]]
        kind = "codes" if batch["endpoint"] == "qr" else "falls" if any(id in falls for id in ids) else "statuses"
        kinds.setdefault(kind, []).append(len(ids))
    return ", ".join(f"{len(sizes)} of {kind} with {sum(sizes) / len(sizes):.1f} items" for kind, sizes in sorted(kinds.items()))


def effects(laptop):
    return laptop.json("GET", "/_local/world/upstream/effects")["sessions"]


def standing(laptop, gateway):
    known = effects(laptop)
    for session, wanted in gateway.state.items():
        statuses = [item["status"] for item in known.get(session, []) if item["endpoint"] == "status"]
        yield (statuses[-1] if statuses else None), wanted


def differences(laptop, gateway):
    """The sessions of which the backend knows something else than is true, with what the product says of them."""
    told, lines = effects(laptop), []
    for session, wanted in gateway.state.items():
        statuses = [item for item in told.get(session, []) if item["endpoint"] == "status"]
        if (statuses[-1]["status"] if statuses else None) != wanted:
            lines.append(f"{session} is {wanted}; told {statuses[-2:]}; kept {laptop.json('GET', f'/sessions/{session}')}")
    return "\n".join(lines[:5])


def settled(laptop, gateway):
    return all(known == wanted for known, wanted in standing(laptop, gateway))


def usage(laptop):
    """Units of the table of sessions with its index, and requests of the queues of sessions, without idle polls."""
    told = laptop.json("GET", "/_local/usage")
    tables = [table for name, table in told["tables"].items() if "Sessions" in name]
    parts = [part for table in tables for part in (table, *table["indexes"].values())]
    queues = [queue for name, queue in told["queues"].items() if name.startswith("session-")]
    return {
        "write": sum(part["write_units"] for part in parts),
        "read": sum(part["read_units"] for part in parts),
        "sqs": sum(queue["requests"] for queue in queues),
    }


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--programs", type=Path, default=ROOT / "target/simulate")
    arguments.add_argument("--sessions", type=int, nargs="+", default=[100, 1_000])
    arguments.add_argument("--life", type=float, default=600, help="seconds of quiet life after the storm")
    arguments.add_argument("--port", type=int, default=3977)
    arguments.add_argument("--faults", action="store_true")
    arguments.add_argument("--reads", action="store_true")
    arguments.add_argument("--parameter", action="append", default=[], help="one of the template's, as NAME=VALUE")
    given = arguments.parse_args()
    parameters = dict(one.split("=", 1) for one in given.parameter)
    rows = []
    for count in given.sessions:
        random.seed(count)
        rows.append(measure(given.programs.resolve(), count, given.port, given.life, given.faults, given.reads, parameters))
        print(json.dumps(rows[-1]), flush=True)
    names = list(rows[0])
    print("| " + " | ".join(names) + " |\n|" + " --- |" * len(names))
    for row in rows:
        print("| " + " | ".join(str(row[name]) for name in names) + " |")


if __name__ == "__main__":
    main()
