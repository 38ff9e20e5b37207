"""Kills each contender at the same drawn moments and counts by the gateway's own record. See `run`."""

import argparse
import bisect
import collections
import json
import os
import platform
import random
import subprocess
import time
from pathlib import Path

from bullmq import AsItComes, Bullmq, Claiming
from machine import Memory
from ours import Ours

CONTENDERS = {"ours": Ours, "bullmq": Bullmq, "claim": Claiming, "as-it-comes": AsItComes}
COLUMNS = [
    "",
    "kills",
    "accepted and not yet answered at a kill",
    "accepted by the gateway",
    "recipients who got it twice or more",
    "lost, though said to be done",
    "failed or unknown, and said so",
    "recipients a second, until 80 % were reached",
    "until the last was accepted",
    "most memory, MB",
]
MOST = 0.8
# A message more would have come by then.
LAST_LOOK_SECONDS = 5


def options():
    parser = argparse.ArgumentParser(prog="tests/benches/kill/run", description=__doc__)
    add = parser.add_argument
    add("--messages", type=int, default=3_000, help="recipients, one message each")
    add("--kills", type=int, default=20, help="times that each contender is killed")
    add("--seed", type=int, default=1, help="draws the moments")
    add("--gateway-ms", type=int, default=600, help="from a request to its answer")
    add("--on-the-way-ms", type=int, default=200, help="part of it that passes before the gateway accepts")
    add("--per-second", type=int, default=80, help="pace of the sender, for all")
    add("--patience", type=int, default=1_800, help="seconds that a contender may take")
    add("--contenders", default=",".join(CONTENDERS), help="which ones: %(default)s")
    add("--programs", type=Path, help="folder of our programs; given by `run`")
    add("--node", type=Path, help="folder of worker.mjs; given by `run`")
    add("--out", type=Path, default=Path("target/kill"), help="folder for evidence")
    given = parser.parse_args()
    given.phones = [f"5511955{500_000 + nth}" for nth in range(given.messages)]
    given.habits = {"on_the_way": given.on_the_way_ms, "answer": given.gateway_ms - given.on_the_way_ms}
    given.programs = given.programs.resolve()
    return given


def moments(given):
    """When to kill: once so many recipients are reached, and then a part of a second later."""
    chance = random.Random(given.seed)
    after = sorted(chance.uniform(0.01, 0.97) * given.messages for _ in range(given.kills))
    return [(int(reached), chance.uniform(0, 0.5)) for reached in after]


def fire(contender, given):
    """Kills it as drawn, each time after it has sent something since the last time; then waits for its end."""
    record, kills = contender.record, []
    for reached, later in moments(given):
        last = kills[-1]["at"] if kills else 0

        def sends(reached=reached, last=last):
            return record.reached() >= reached and record.accepted[-1][1] > last

        record.wait(lambda sends=sends: sends() or contender.is_settled(), given.patience)
        if not sends():
            print(f"  it came to no more than {len(kills)} kills", flush=True)
            break
        time.sleep(later)
        kills.append({"at": time.time(), "processes": contender.kill()})
    print(f"  killed {len(kills)} times, {record.reached()} reached", flush=True)
    settled = record.wait(contender.is_settled, given.patience, 0.5)
    time.sleep(LAST_LOOK_SECONDS)
    record.look()
    return kills, settled


def count(contender, given, kills):
    accepted = contender.record.accepted
    got = collections.Counter(to for to, _ in accepted)
    outcomes = contender.outcomes()
    twice = [to for to, times in got.items() if times > 1]
    lost = [to for to, it in outcomes.items() if it["says"] == "done" and to not in got]
    known = [to for to, it in outcomes.items() if it["says"] == "known"]
    stuck = [to for to in given.phones if outcomes.get(to, {"says": "open"})["says"] == "open"]
    times = sorted(at for _, at in accepted)
    first = sorted({to: at for to, at in reversed(accepted)}.values())
    most = first[: int(given.messages * MOST)]
    answer = given.habits["answer"] / 1_000
    unanswered = [bisect.bisect(times, it["at"]) - bisect.bisect(times, it["at"] - answer) for it in kills]
    return {
        "contender": contender.name,
        "kills": len(kills),
        "unanswered_at_kills": round(sum(unanswered) / max(1, len(unanswered))),
        "reached": len(got),
        "accepted": len(accepted),
        "twice": len(twice),
        "twice_by_policy": sum(outcomes.get(to, {}).get("repeated", False) for to in twice),
        "lost": len(lost),
        "known": len(known),
        "known_but_arrived": sum(to in got for to in known),
        "known_why": collections.Counter(outcomes[to]["why"] for to in known),
        "stuck": len(stuck),
        "per_second": round(len(got) / (times[-1] - times[0]), 1),
        "per_second_most": round(len(most) / (most[-1] - most[0]), 1),
        "seconds": round(times[-1] - times[0]),
        "evidence": {"twice": twice, "lost": lost, "known": known, "stuck": stuck},
    }


def run(kind, given):
    folder = given.out / kind
    folder.mkdir(parents=True, exist_ok=True)
    print(f"{kind}: begins, load {os.getloadavg()[0]:.1f}", flush=True)
    contender = CONTENDERS[kind](given, folder.resolve())
    memory = None
    try:
        contender.prepare()
        print("  prepared", flush=True)
        memory = Memory(contender.memory)
        contender.begin()
        kills, settled = fire(contender, given)
        if not settled:
            print("  not settled within its time", flush=True)
        result = count(contender, given, kills) | {"memory_mb": memory.end(), "load": os.getloadavg()}
    finally:
        if memory:
            memory.end()
        contender.end()
    written = result | {"killed_at": kills, "accepted_at": contender.record.accepted}
    (folder / "result.json").write_text(json.dumps(written, indent=1))
    shown = {name: value for name, value in result.items() if name != "evidence"}
    print(f"  {json.dumps(shown)}", flush=True)
    return result


def table(results):
    yield "| " + " | ".join(COLUMNS) + " |"
    yield "|" + " --- |" * len(COLUMNS)
    for it in results:
        twice = str(it["twice"])
        if it["twice_by_policy"]:
            twice += f", {it['twice_by_policy']} by policy"
        known = str(it["known"])
        if it["known_but_arrived"]:
            known += f", {it['known_but_arrived']} arrived"
        if it["stuck"]:
            known += f"; {it['stuck']} stuck"
        sizes = ", ".join(f"{group} {size}" for group, size in it["memory_mb"].items())
        cells = [it["contender"], it["kills"], it["unanswered_at_kills"], it["accepted"], twice, it["lost"], known]
        cells += [it["per_second_most"], it["per_second"], sizes]
        yield "| " + " | ".join(map(str, cells)) + " |"


def versions(given):
    def said(*command):
        return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout.strip()

    def package(name):
        return json.loads((given.node / "node_modules" / name / "package.json").read_text())["version"]

    redis = said("redis-server", "--version").split("v=")[1].split()[0]
    return (
        f"BullMQ {package('bullmq')}, ioredis {package('ioredis')}, Node {said('node', '--version')}, "
        f"Redis {redis} (appendfsync everysec), {platform.system()} with {os.cpu_count()} cores"
    )


def main():
    given = options()
    results = [run(kind, given) for kind in given.contenders.split(",")]
    text = "\n".join(table(results))
    asked = f"--messages {given.messages} --kills {given.kills} --seed {given.seed} --gateway-ms {given.gateway_ms}"
    asked += f" --on-the-way-ms {given.on_the_way_ms}"
    text = f"tests/benches/kill/run {asked}\n{versions(given)}\n\n{text}\n"
    (given.out / "table.md").write_text(text)
    print(f"\n{text}", end="")


if __name__ == "__main__":
    main()
