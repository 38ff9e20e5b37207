#!/usr/bin/env python3
"""The searches of `search-bench --export FOLDER` in PostgreSQL and DuckDB: totals compared, and times beside ours.

    python3 -m venv target/peers && target/peers/bin/pip install duckdb 'psycopg[binary]'
    target/peers/bin/python tests/benches/search/peers.py FOLDER --postgres /usr/lib/postgresql/15/bin

PostgreSQL gets an index for each condition and each sort. A search is a count and a page, each a statement of its own.
"""

import argparse
import json
import os
import resource
import shutil
import statistics
import subprocess
import tempfile
import time

import duckdb
import psycopg

COLUMNS = """id uuid, name text, phone bigint, gender text, city text, last_purchase_at bigint, purchases int,
total_spent bigint, average_ticket bigint, products text[], ingredients text[], labels text[], status text,
is_vip boolean, consent text, last_contact_at bigint, created_at bigint"""
INDEXES = [
    "using gin (to_tsvector('simple', name))", "using gin (products)", "using gin (ingredients)", "using gin (labels)",
    "(gender)", "(city)", "(status)", "(consent)", "(purchases)", "(average_ticket)", "(last_contact_at)",
    "(last_purchase_at, id)", "(last_purchase_at desc nulls last, id)", "(total_spent, id)", "(total_spent desc, id)",
]


def where(conditions, dialect):
    """The condition of SQL, and its parameters."""
    texts, parameters = [], []
    mark = "%s" if dialect == "postgres" else "?"
    for column, operator, operand in conditions:
        if operator == "word":
            if dialect == "postgres":
                texts.append(f"to_tsvector('simple', name) @@ to_tsquery('simple', {mark})")
                parameters.append(f"{operand}:*")
            else:
                texts.append(f"contains(' ' || name, {mark})")
                parameters.append(f" {operand}")
        elif operator == "has":
            texts.append(f"{column} @> array[{mark}]" if dialect == "postgres" else f"list_contains({column}, {mark})")
            parameters.append(operand)
        else:
            texts.append(f"{column} {operator} {mark}")
            parameters.append(operand)
    return " and ".join(texts), parameters


def statements(search, dialect):
    condition, parameters = where(search["conditions"], dialect)
    way = "desc" if search["sort"]["descending"] else "asc"
    order = f"{search['sort']['column']} {way} nulls last, id"
    count = f"select count(*) from customers where {condition}"
    page = f"select * from customers where {condition} order by {order} limit {search['limit']}"
    offset = min(search["offset"], max(0, (search["total"] - 1) // search["limit"] * search["limit"]))
    return count, f"{page} offset {offset}", parameters


def run(searches, execute, dialect, times):
    medians, cold, wrong = [], None, 0
    for search in searches:
        count, page, parameters = statements(search, dialect)
        taken = []
        for _ in range(times):
            begin = time.perf_counter()
            (total,), = execute(count, parameters)
            rows = execute(page, parameters)
            taken.append((time.perf_counter() - begin) * 1e3)
        cold = taken[0] if cold is None else cold
        first = str(rows[0][0]) if rows else None
        if (total, first) != (search["total"], search["first"]):
            wrong += 1
            print(f"{dialect} has {total} and {first}, and we {search['total']} and {search['first']}: {search}")
        medians.append(statistics.median(taken))
    return medians, cold, wrong


def tell(name, medians, cold, wrong, load, stored, ours):
    ordered = sorted(medians)
    place = lambda part: ordered[round(part * (len(ordered) - 1))]
    ahead = sum(mine < theirs for mine, theirs in zip(ours, medians))
    print(f"| {name} | {place(0.5):.2f} | {place(0.99):.1f} | {cold:.0f} | {load:.0f} | {stored / 1e6:.0f} | {wrong} | {ahead} of {len(ours)} |")


def postgres(folder, binaries, searches, times, ours):
    root = tempfile.mkdtemp(dir=os.environ.get("TMPDIR", "/tmp"))
    shutil.chown(root, "postgres")
    data = os.path.join(root, "data")
    as_user = lambda *command: subprocess.run(["runuser", "-u", "postgres", "--", *command], check=True, stdout=subprocess.DEVNULL)
    as_user(f"{binaries}/initdb", "-D", data, "-A", "trust", "--locale=C", "-E", "UTF8")
    options = f"-k {root} -c listen_addresses= -c shared_buffers=1GB -c work_mem=64MB -c maintenance_work_mem=512MB -c max_wal_size=4GB -c jit=off"
    as_user(f"{binaries}/pg_ctl", "-D", data, "-w", "-o", options, "-l", f"{root}/log", "start")
    try:
        with psycopg.connect(f"host={root} user=postgres dbname=postgres", autocommit=True) as connection:
            begin = time.perf_counter()
            connection.execute(f"create table customers ({COLUMNS})")
            with open(f"{folder}/customers.csv", "rb") as rows, connection.cursor().copy("copy customers from stdin csv") as copy:
                while block := rows.read(1 << 20):
                    copy.write(block)
            connection.execute("alter table customers add primary key (id)")
            for index in INDEXES:
                connection.execute(f"create index on customers {index}")
            connection.execute("vacuum analyze customers")
            load = time.perf_counter() - begin
            (stored,), = connection.execute("select pg_total_relation_size('customers')").fetchall()
            execute = lambda text, parameters: connection.execute(text, parameters).fetchall()
            tell("PostgreSQL", *run(searches, execute, "postgres", times), load, stored, ours)
    finally:
        as_user(f"{binaries}/pg_ctl", "-D", data, "-m", "fast", "stop")
        shutil.rmtree(root)


def duck(folder, searches, times, ours):
    with tempfile.TemporaryDirectory() as root:
        connection = duckdb.connect(f"{root}/customers.duckdb")
        begin = time.perf_counter()
        connection.execute(f"create table raw ({COLUMNS.replace('text[]', 'text')})")
        connection.execute(f"copy raw from '{folder}/customers.csv' (format csv, header false)")
        lists = ", ".join(f"case when {name} = '{{}}' then []::text[] else string_split(trim({name}, '{{}}'), ',') end as {name}" for name in ["products", "ingredients", "labels"])
        connection.execute(f"create table customers as select * replace ({lists}) from raw")
        connection.execute("drop table raw")
        connection.execute("checkpoint")
        load = time.perf_counter() - begin
        stored = os.path.getsize(f"{root}/customers.duckdb")
        execute = lambda text, parameters: connection.execute(text, parameters).fetchall()
        tell("DuckDB", *run(searches, execute, "duckdb", times), load, stored, ours)
        print(f"memory with DuckDB {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1000} MB")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder")
    parser.add_argument("--postgres", default="/usr/lib/postgresql/15/bin")
    parser.add_argument("--times", type=int, default=5)
    arguments = parser.parse_args()
    with open(f"{arguments.folder}/searches.json") as file:
        searches = json.load(file)
    ours = [search["milliseconds"] for search in searches]
    ordered = sorted(ours)
    print("| | median ms | p99 ms | first ms | load s | MB stored | wrong | we are ahead |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- |")
    print(f"| ours | {statistics.median(ours):.2f} | {ordered[round(0.99 * (len(ours) - 1))]:.1f} |")
    postgres(arguments.folder, arguments.postgres, searches, arguments.times, ours)
    duck(arguments.folder, searches, arguments.times, ours)


if __name__ == "__main__":
    main()
