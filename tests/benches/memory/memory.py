#!/usr/bin/env python3
"""The memory of the laptop and of its functions under a steady load.

    cargo build --bins
    tests/benches/memory/memory.py --programs target/debug --minutes 90

The laptop begins with the demo's data. A business with the assistant joins it. So many requests a second register and read
customers, load points, write messages, make and list appointments, and list messages and conversations. One in eight is a
customer who writes, and whom the assistant answers. Each five minutes a line tells the memory (VmRSS) of the laptop and the
sum of its functions' processes, their number, and the requests so far.
"""
import argparse
import concurrent.futures
import random
import sys
import time
from datetime import datetime, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
sys.path.append(str(ROOT / "tests/benches"))
from laptop import KEY, Laptop

# People who write; they come again after some minutes, so that conversations end between.
PEOPLE = 400
DAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]


def open_business(laptop):
    made = laptop.json("POST", "/api/businesses", {
        "name": "Pet Feliz", "country": "BR", "locale": "pt-BR", "currency": "BRL", "timezone": "America/Sao_Paulo",
        "owners": [{"name": "Rui", "phone": "+55 11 91234-0000"}],
        "senders": [{"gateway": "cloud_api", "address": "15550000000", "messages_per_minute": 4800,
                     "credentials": {"access_token": "t", "app_secret": "s", "verify_token": "v"}}],
        "opening_hours": {day: [{"opens": "00:00", "closes": "23:59"}] for day in DAYS},
        "settings": {"instructions": "Cães e gatos.", "services": [{"name": "Banho", "minutes": 60, "price": 70}]},
    })
    path = f"/api/businesses/{made['business_id']}/keys"
    key = laptop.json("POST", path, {"label": "memory", "limit": 1_000_000})["key"]
    return made["senders"][0]["address"], {"x-api-key": key}


class Load:
    """Requests of each kind in turn."""

    def __init__(self, laptop, address, key):
        self.laptop, self.address, self.key = laptop, address, key
        self.nth, self.answers = 0, {}

    def phone(self, nth):
        return f"+5511{910_000_000 + nth % 10_000_000}"

    def send(self, nth):
        some = self.phone(random.randrange(max(1, nth // 8)))
        start = datetime.now() + timedelta(days=random.randrange(1, 60), hours=random.randrange(24))
        writer = self.phone(random.randrange(PEOPLE)).removeprefix("+")
        calls = [
            ("POST", "/api/customers", {"phone": self.phone(nth // 8), "name": "Ana Souza", "birthday": "1990-03-12"}),
            ("GET", f"/api/customers/{some.replace('+', '%2B')}", None),
            ("POST", "/api/points/load", {"phone": some, "points": 5, "load_id": f"l{nth}"}),
            ("POST", "/api/messages", {"phone": some, "text": "O pedido chegou.", "message_id": f"m{nth}"}),
            ("POST", "/api/appointments", {"appointment_id": f"a{nth}", "phone": some, "service": "Banho",
                                           "start": start.strftime("%Y-%m-%dT%H:00")}),
            ("GET", "/api/messages?limit=20", None),
            ("GET", "/api/conversations?state=all", None),
            ("POST", "/_local/world/inbound", {"sender": self.address, "phone": writer, "text": f"quanto custa o banho? {nth}"}),
        ]
        method, path, body = calls[nth % len(calls)]
        status, _ = self.laptop.call(method, path, body, {"x-api-key": KEY} if path.startswith("/_") else self.key)
        name = ("/".join(path.split("?")[0].split("/")[:3]), status)
        self.answers[name] = self.answers.get(name, 0) + 1


def resident(process):
    status = Path(f"/proc/{process}/status").read_text()
    return int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmRSS:"))) / 1024


def children(process):
    told = Path(f"/proc/{process}/task").iterdir()
    return [int(child) for task in told for child in (task / "children").read_text().split()]


def look(process):
    functions = []
    for child in children(process):
        try:
            functions.append(resident(child))
        except (OSError, StopIteration):
            # Ended meanwhile.
            pass
    return resident(process), functions


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--programs", type=Path, default=ROOT / "target/debug")
    arguments.add_argument("--minutes", type=float, default=90)
    arguments.add_argument("--every", type=float, default=5, help="minutes between two lines")
    arguments.add_argument("--rate", type=float, default=8, help="requests a second")
    arguments.add_argument("--port", type=int, default=3971)
    given = arguments.parse_args()
    laptop = Laptop(given.programs.resolve(), given.port, empty=False)
    try:
        load = Load(laptop, *open_business(laptop))
        pool = concurrent.futures.ThreadPoolExecutor(16)
        print("| minute | laptop, MB | functions, MB | processes | requests |\n| --- | --- | --- | --- | --- |", flush=True)
        begun, sent, next_look = time.monotonic(), 0, 0.0
        while (passed := time.monotonic() - begun) <= 60 * given.minutes:
            if passed >= next_look:
                own, functions = look(laptop.process.pid)
                row = [f"{passed / 60:.0f}", f"{own:.0f}", f"{sum(functions):.0f}", str(len(functions)), str(sent)]
                print("| " + " | ".join(row) + " |", flush=True)
                next_look += 60 * given.every
            if sent <= passed * given.rate and pool._work_queue.qsize() < 64:
                pool.submit(load.send, sent)
                sent += 1
            else:
                time.sleep(0.02)
        print("\n".join(f"{path} {status}: {count}" for (path, status), count in sorted(load.answers.items())))
    finally:
        laptop.stop()


if __name__ == "__main__":
    main()
