#!/usr/bin/env python3
"""How long people wait for the assistant on the laptop, beyond the business's silence.

    cargo build --profile simulate --bins
    tests/benches/converse/converse.py --programs target/simulate --people 1 20 100
    tests/benches/converse/converse.py --programs target/simulate --people 100 --within 10

A business whose sender has the pace of Cloud API answers by the assistant. So many people write at the same moment, or evenly
within some seconds, each one message, ten times over. The table has the time from a person's message until their answer is at the gateway, less the
five seconds of silence. The model answers at once.
"""
import argparse
import concurrent.futures
import sys
import time
from datetime import datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
sys.path.append(str(ROOT / "tests/benches"))
from laptop import Laptop

SILENCE = 5.0
ROUNDS = 10


def open_business(laptop):
    made = laptop.json("POST", "/api/businesses", {
        "name": "Pet Feliz", "country": "BR", "locale": "pt-BR", "currency": "BRL", "timezone": "America/Sao_Paulo",
        "owners": [{"name": "Rui", "phone": "+55 11 91234-0000"}],
        "senders": [{"gateway": "cloud_api", "address": "15550000000", "messages_per_minute": 4800,
                     "credentials": {"access_token": "t", "app_secret": "s", "verify_token": "v"}}],
        "settings": {"instructions": "Cães e gatos.", "services": [{"name": "Banho", "minutes": 60, "price": 70}]},
    })
    return made["senders"][0]["address"]


def measure(laptop, address, people, within):
    phones = [f"55119876{10_000 + people * 100 + nth:05}" for nth in range(people)]
    pool = concurrent.futures.ThreadPoolExecutor(min(people, 32))
    turns = {phone: nth * within / people for nth, phone in enumerate(phones)}
    beyond = []
    for nth in range(ROUNDS):
        begun = time.time()

        def write(phone):
            time.sleep(max(0, begun + turns[phone] - time.time()))
            at = time.time()
            message = {"sender": address, "phone": phone, "text": f"quanto custa o banho? ({nth})"}
            laptop.json("POST", "/_local/world/inbound", message)
            return phone, at

        wrote = dict(pool.map(write, phones))
        waiting, end = dict(wrote), time.time() + 60
        while waiting and time.time() < end:
            time.sleep(0.2)
            sent = laptop.json("GET", "/_local/world/sent")
            for one in sent["sent"] if isinstance(sent, dict) else sent:
                at = datetime.fromisoformat(one["arrived_at"].replace("Z", "+00:00")).timestamp()
                if one["to"] in waiting and at > waiting[one["to"]]:
                    beyond.append(at - waiting.pop(one["to"]) - SILENCE)
        if waiting:
            raise SystemExit(f"{len(waiting)} people were not answered")
        # A person gets two messages six seconds apart.
        time.sleep(3)
    beyond.sort()
    share = lambda part: f"{1000 * beyond[min(len(beyond) - 1, int(part * len(beyond)))]:.0f} ms"
    return {"people": people, "answers": len(beyond), "p50": share(.5), "p99": share(.99), "longest": share(1)}


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--programs", type=Path, default=ROOT / "target/simulate")
    arguments.add_argument("--people", type=int, nargs="+", default=[1, 20, 100])
    arguments.add_argument("--within", type=float, default=0, help="seconds in which all of them write")
    arguments.add_argument("--port", type=int, default=3978)
    given = arguments.parse_args()
    laptop = Laptop(given.programs.resolve(), given.port)
    try:
        address = open_business(laptop)
        rows = [measure(laptop, address, people, given.within) for people in given.people]
    finally:
        laptop.stop()
    names = list(rows[0])
    print("| " + " | ".join(names) + " |\n|" + " --- |" * len(names))
    for row in rows:
        print("| " + " | ".join(str(row[name]) for name in names) + " |")


if __name__ == "__main__":
    main()
