#!/usr/bin/env python3
"""The month of docs/cost.md: 800,000 customers of one business and 100,000 searches a day, from units and list prices.

    python3 tests/benches/cost.py                       # the page's tables
    python3 tests/benches/cost.py --changes-a-day 86400

Prices of units stand in infra/aws/src/usage/prices.rs. Queues, alarms and the dashboard are counted in template.yaml. Each other
input is a line below, with its source: measured, or assumed.
"""
import argparse
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DAYS = 365 / 12
HOURS = DAYS * 24

# Measured; docs/performance.md and docs/cost.md say how.
BYTES_A_CUSTOMER_IN_INDEX = 45.4
BYTES_A_CUSTOMER_IN_TABLE = 451  # of 44,159 read units of a scan of 800,346 items
INDEX_REQUESTS_COLD = 6
PUTS_A_COMMIT = 1800 / 1440  # of a day of one change a second: 1,800 PUTs, a commit a minute
QUEUE_REQUESTS_A_CHANGE = 2
READ_UNITS_A_CHANGE = 1
READ_UNITS_A_WALKED_CUSTOMER = 36_960 / 800_000  # the nightly sync walks the list of last contacts
SEARCH_MS = 1  # 0.14 in the median and 1.35 in the worst hundredth; Lambda bills whole milliseconds
WRITE_UNITS_A_LIMIT = 1
IDLE_POLLS_A_MINUTE = 15

# Assumed, and not measured on AWS.
DYNAMODB_MS = 5  # a search waits for the write of its key's limit
BUCKET_MS = 30  # a look whether there is a newer index
COLD_MS = 800  # 0.6 s of transfer at 60 MB/s, and the start
COLD_STARTS_A_DAY = 100
INSTANCES = 2  # that are in use at a time
LOOK_SECONDS = 15  # FRESH of search-customers
COMMIT_MS = 150  # of index-customers, for each window with a change
WINDOW_SECONDS = 40  # IndexWindowSeconds
MEMORY_GB = 1  # IndexMemory
INVOCATIONS_A_MINUTE = 1  # run-due
RUN_DUE_MS = 50
RUN_DUE_GB = 0.125
DUE_READ_UNITS = 17
OTHER_STORAGE = 3  # tables beside Customers, and indexes of it, as times of it

# List prices that prices.rs does not have: us-east-1, November 2026, from memory.
STORAGE_GB, RECOVERY_GB, BUCKET_GB = 0.25, 0.20, 0.023
ALARM, DASHBOARD, SECRET, METRIC, LOG_GB = 0.10, 3.00, 0.40, 0.30, 0.50
METRICS = 40
LOG_BYTES_A_SEARCH = 600  # the lines of the start, the end and the metrics of an invocation


def prices():
    text = (ROOT / "infra/aws/src/usage/prices.rs").read_text()
    return {name: float(price.replace("_", "")) for name, price in re.findall(r"const (\w+): f64 = ([\d._e-]+);", text)}


def template():
    """The queues that functions read, and the alarms, with those of loops."""
    text = (ROOT / "template.yaml").read_text()
    # A deployment without sessions asks for none of theirs.
    queues = len(re.findall(r"^          Type: SQS$", text, re.M)) - text.count("Enabled: !If [HasSessions, true, false]")
    alarms = len(re.findall(r"^  \w+:\n    Type: AWS::CloudWatch::Alarm$", text, re.M))
    for loop in re.findall(r"^  Fn::ForEach::\w+:\n(.*?)(?=^  \S)", text, re.M | re.S):
        names = len(re.findall(r"^      - \w+$|^    - - \w+$", loop, re.M))
        alarms += names * loop.count("Type: AWS::CloudWatch::Alarm")
    return queues, alarms


def main():
    given = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    given.add_argument("--customers", type=int, default=800_000)
    given.add_argument("--searches-a-day", type=int, default=100_000)
    given.add_argument("--changes-a-day", type=int, default=26_667, help="one of each customer a month")
    asked = given.parse_args()
    price, (queues, alarms) = prices(), template()
    call = price["API_REQUEST"] + price["INVOCATION"]
    second = MEMORY_GB * price["GB_SECOND"]
    searches, changes = asked.searches_a_day * DAYS, asked.changes_a_day * DAYS
    windows = min(changes, HOURS * 3600 / WINDOW_SECONDS)
    looks = min(searches, INSTANCES * HOURS * 3600 / LOOK_SECONDS)
    colds = COLD_STARTS_A_DAY * DAYS
    stored = asked.customers * BYTES_A_CUSTOMER_IN_TABLE * (1 + OTHER_STORAGE) / 1e9
    parts = [
        ("searches: HTTP API and invocation", searches, searches * call),
        (f"searches: time, {SEARCH_MS} + {DYNAMODB_MS} ms of {MEMORY_GB} GB", searches,
         searches * (SEARCH_MS + DYNAMODB_MS) / 1e3 * second),
        ("searches: the limit of the key", searches, searches * WRITE_UNITS_A_LIMIT * price["WRITE_UNIT"]),
        ("looks for a newer index", looks, looks * (price["BUCKET_READ"] + BUCKET_MS / 1e3 * second)),
        ("first searches of an instance", colds,
         colds * (INDEX_REQUESTS_COLD * price["BUCKET_READ"] + price["BUCKET_WRITE"] + COLD_MS / 1e3 * second)),
        ("changes: queue and record", changes,
         changes * (QUEUE_REQUESTS_A_CHANGE * price["QUEUE_REQUEST"] + READ_UNITS_A_CHANGE * price["READ_UNIT"])),
        ("commits: PUTs", windows * PUTS_A_COMMIT, windows * PUTS_A_COMMIT * price["BUCKET_WRITE"]),
        ("commits: invocations and time", windows, windows * (price["INVOCATION"] + COMMIT_MS / 1e3 * second)),
        ("nightly syncs: read units of the walk", asked.customers * READ_UNITS_A_WALKED_CUSTOMER * DAYS,
         asked.customers * READ_UNITS_A_WALKED_CUSTOMER * DAYS * price["READ_UNIT"]),
        (f"idle polls of {queues} queues", queues * IDLE_POLLS_A_MINUTE * 60 * HOURS,
         queues * IDLE_POLLS_A_MINUTE * 60 * HOURS * price["QUEUE_REQUEST"]),
        ("`run-due`, every minute", 60 * HOURS,
         60 * HOURS * (price["INVOCATION"] + RUN_DUE_MS / 1e3 * RUN_DUE_GB * price["GB_SECOND"]
                       + DUE_READ_UNITS * price["READ_UNIT"])),
        (f"{stored:.1f} GB of tables with their recovery", stored, stored * (STORAGE_GB + RECOVERY_GB)),
        ("the index", asked.customers * BYTES_A_CUSTOMER_IN_INDEX / 1e9,
         2 * asked.customers * BYTES_A_CUSTOMER_IN_INDEX / 1e9 * BUCKET_GB),
    ]
    print(f"{asked.customers:,} customers, {asked.searches_a_day:,} searches and {asked.changes_a_day:,} changes a day:\n")
    print("| part | a month | USD |\n| --- | --- | --- |")
    for name, count, usd in parts:
        print(f"| {name} | {count:,.1f} | {usd:.2f} |" if count < 10 else f"| {name} | {count:,.0f} | {usd:.2f} |")
    total = sum(usd for _, _, usd in parts)
    print(f"| **all of it** | | **{total:.2f}** |")
    logs = searches * LOG_BYTES_A_SEARCH / 1e9
    beside = [
        (f"{alarms} alarms", alarms * ALARM), ("the dashboard", DASHBOARD), ("the secret", SECRET),
        (f"{METRICS} metrics", METRICS * METRIC), (f"{logs:.1f} GB of logs of searches", logs * LOG_GB),
    ]
    print("\n| to watch it | USD |\n| --- | --- |")
    for name, usd in beside:
        print(f"| {name} | {usd:.2f} |")
    print(f"| **all of it** | **{sum(usd for _, usd in beside):.2f}** |")
    print(f"\nTogether USD {total + sum(usd for _, usd in beside):.2f}; the replaced stack cost USD 175 to 265.")


if __name__ == "__main__":
    main()
