#!/usr/bin/env python3
"""A real log of purchases by `recado import`, on the laptop, held to DuckDB's sums of the same file.

    cargo build --profile simulate --bins
    tests/benches/import/cdnow.py --programs target/simulate

The log is CDNOW's: 69,659 purchases of 23,570 customers in 1997 and 1998. It comes in the PyPI package `lifetimes`, which is
fetched into a venv of this script together with DuckDB. All is twenty years later. Customers get phones and names that nobody has. Purchases, customers,
the sum of all, and of each customer the number of purchases, their sum, their average and the day of the last one have to be
DuckDB's: the script ends with 1 if one of them is not. `--purchases` takes the first so many lines alone.
"""
import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
sys.path.append(str(ROOT / "tests/benches"))
from laptop import Laptop

VENV = ROOT / "target/cdnow"
DUCKDB, LIFETIMES = "duckdb==2.0.0", "lifetimes==0.11.3"
LOG = "lifetimes/datasets/CDNOW_master.txt"
# The importer takes purchases from the year 2000 on: 2017 and 2018 have the same days as 1997 and 1998.
LATER = 20
# At noon of its day, as the importer reads a day without a time.
QUERY = """
with log as (select * from read_csv('{path}', header = true, types = {{'day': 'DATE', 'cents': 'BIGINT', 'customer': 'INTEGER'}}))
select customer, count(*), sum(cents), (2 * sum(cents) + count(*)) // (2 * count(*)), max(day)::varchar from log group by customer
"""


def phone(customer):
    return f"5511{950_000_000 + customer}"


def fetch():
    """The log's lines. Packages are fetched once."""
    if not (VENV / "bin/pip").exists():
        subprocess.run([sys.executable, "-m", "venv", VENV], check=True)
    pip = [VENV / "bin/pip", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "install", DUCKDB], check=True)
    if not list(VENV.glob("[Ll]ifetimes*.whl")):
        # Its file alone: the package itself needs a NumPy of its time.
        subprocess.run([*pip, "download", "--no-deps", "--dest", VENV, LIFETIMES], check=True)
    with zipfile.ZipFile(next(VENV.glob("[Ll]ifetimes*.whl"))) as wheel:
        text = wheel.read(LOG).decode("ascii")
    log = []
    for line in text.splitlines()[1:]:
        customer, day, quantity, dollars = line.split()
        log.append((int(customer), f"{int(day[:4]) + LATER}-{day[4:6]}-{day[6:]}", int(quantity), dollars))
    return log


def expected(log, folder):
    """Of each customer: purchases, cents, cents of the average, the last day."""
    path = folder / "log.csv"
    lines = (f"{customer},{day},{round(float(dollars) * 100)}" for customer, day, _, dollars in log)
    path.write_text("customer,day,cents\n" + "\n".join(lines) + "\n")
    program = f"import duckdb, json; print(json.dumps(duckdb.sql('''{QUERY.format(path=path)}''').fetchall(), default=int))"
    told = subprocess.run([VENV / "bin/python", "-c", program], check=True, capture_output=True, text=True).stdout
    return {phone(customer): tuple(rest) for customer, *rest in json.loads(told)}


def recado(programs, laptop, key, business, *arguments):
    """What it printed, and the seconds that it took."""
    before = time.monotonic()
    command = [programs / "recado", "--url", f"http://127.0.0.1:{laptop.port}", "--business", business, *arguments]
    run = subprocess.run(list(map(str, command)), env={**os.environ, "RECADO_KEY": key}, capture_output=True, text=True)
    if run.returncode:
        rejected = Path(arguments[-1]).with_suffix(".rejects.csv")
        some = rejected.read_text().splitlines()[:3] if rejected.exists() else []
        raise SystemExit(f"recado {arguments[0]} ended with {run.returncode}:\n{run.stdout}{run.stderr[-2000:]}{some}")
    return run.stdout + run.stderr, time.monotonic() - before


def cents(amount):
    return round(float(amount) * 100)


def main():
    given = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    given.add_argument("--programs", type=Path, default=ROOT / "target/simulate")
    given.add_argument("--purchases", type=int)
    given.add_argument("--port", type=int, default=3913)
    arguments = given.parse_args()
    programs = arguments.programs.absolute()
    log = fetch()[:arguments.purchases]
    laptop = Laptop(programs, arguments.port)
    try:
        business = laptop.json("POST", "/api/businesses", {
            "name": "CDNOW", "country": "BR", "locale": "en", "currency": "USD", "timezone": "America/New_York"})["business_id"]
        keys = f"/api/businesses/{business}/keys"
        key = laptop.json("POST", keys, {"label": "import", "limit": 1_000_000})["key"]
        with tempfile.TemporaryDirectory() as folder:
            folder = Path(folder)
            people, purchases, out = folder / "people.csv", folder / "purchases.csv", folder / "out.ndjson"
            wanted = expected(log, folder)
            ids = sorted({customer for customer, *_ in log})
            people.write_text("name,phone\n" + "".join(f"Customer {one},{phone(one)}\n" for one in ids))
            # The log has equal lines: a number tells them apart.
            purchases.write_text("invoice_id,phone,at,product,quantity,amount\n" + "".join(
                f"CDNOW-{nth},{phone(customer)},{day},CD,{quantity},{dollars}\n"
                for nth, (customer, day, quantity, dollars) in enumerate(log)))
            rates = {}
            for kind, path in [("customers", people), ("purchases", purchases)]:
                told, seconds = recado(programs, laptop, key, business, "import", kind, path)
                counts = r"(\d+) lines read = (\d+) created \+ 0 updated \+ (\d+) unchanged \+ 0 rejected"
                lines, *taken = map(int, re.search(counts, told).groups())
                # On a slow machine a batch is sent again, and is unchanged then.
                if lines != sum(taken):
                    raise SystemExit(f"{kind}: {told}")
                rates[kind] = lines / seconds
            recado(programs, laptop, key, business, "export", "customers", "--format", "ndjson", "--out", out)
            found = {}
            for one in map(json.loads, out.read_text().splitlines()):
                last = one["last_purchase_at"][:10]
                found[one["phone"].lstrip("+")] = (
                    one["purchases"], cents(one["total_spent"]), cents(one["average_ticket"]), last)
    finally:
        laptop.stop()
    def of(rows, place):
        return sum(row[place] for row in rows.values())
    rows = [("customers", len(wanted), len(found)), ("purchases", of(wanted, 0), of(found, 0)),
            ("their sum, USD", of(wanted, 1) / 100, of(found, 1) / 100)]
    for place, name in enumerate(["number of purchases", "sum", "average", "day of the last purchase"]):
        equal = sum(found.get(one, (None,) * 4)[place] == row[place] for one, row in wanted.items())
        rows.append((f"customers whose {name} is equal", len(wanted), equal))
    print("| | DuckDB | Recado |\n| --- | --- | --- |")
    for name, theirs, ours in rows:
        print(f"| {name} | {theirs:,} | {ours:,} |")
    print(f"\n{rates['customers']:.0f} customers and {rates['purchases']:.0f} purchases a second")
    if any(theirs != ours for _, theirs, ours in rows):
        wrong = next(((one, row, found.get(one)) for one, row in wanted.items() if found.get(one) != row), None)
        raise SystemExit(f"not equal, for one: {wrong}")


if __name__ == "__main__":
    main()
