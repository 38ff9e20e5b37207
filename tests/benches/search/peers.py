#!/usr/bin/env python3
"""The customer search beside PostgreSQL and DuckDB: the same customers, searches and changes, one table, one picture.

    cargo build --release -p search-bench
    python3 -m venv target/peers && target/peers/bin/pip install duckdb 'psycopg[binary]'
    target/peers/bin/python tests/benches/search/peers.py target/search --customers 800000 --svg docs/search.svg

It must run as root, which starts PostgreSQL as the user postgres. `search-bench` builds the index under FOLDER if there
is none, asks the function's handler there, and writes the customers and the searches for the others. PostgreSQL gets an
index for each condition and each sort. In both, a search is a count and a page, each a statement of its own.

First: of a process that has just begun, with none of its files in memory; ours reads its store at 60 MB/s. Memory: of
the processes after the searches, without the system's cache of files. Changes: 10,000 customers by their ids, in one
transaction that is on the disk at its end.
"""

import argparse
import html
import json
import math
import multiprocessing
import os
import shutil
import statistics
import subprocess
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from importlib.metadata import version

COLUMNS = """id uuid, name text, phone bigint, gender text, city text, last_purchase_at bigint, purchases int,
total_spent bigint, average_ticket bigint, products text[], ingredients text[], labels text[], status text,
is_vip boolean, consent text, last_contact_at bigint, created_at bigint"""
LISTS = ["products", "ingredients", "labels"]
INDEXES = [
    "using gin (to_tsvector('simple', name))", "using gin (products)", "using gin (ingredients)", "using gin (labels)",
    "(gender)", "(city)", "(status)", "(consent)", "(purchases)", "(average_ticket)", "(last_contact_at)",
    "(last_purchase_at, id)", "(last_purchase_at desc nulls last, id)", "(total_spent, id)", "(total_spent desc, id)",
]
UPDATE = """update customers set purchases = changes.purchases, average_ticket = changes.average_ticket
from changes where customers.id = changes.id"""


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


def order(search):
    return f"{search['sort']['column']} {'desc' if search['sort']['descending'] else 'asc'} nulls last, id"


def statements(search, dialect):
    condition, parameters = where(search["conditions"], dialect)
    count = f"select count(*) from customers where {condition}"
    page = f"select * from customers where {condition} order by {order(search)} limit {search['limit']}"
    offset = min(search["offset"], max(0, (search["total"] - 1) // search["limit"] * search["limit"]))
    return count, f"{page} offset {offset}", parameters


def text(search):
    conditions = " and ".join(f"{column} {operator} {operand}" for column, operator, operand in search["conditions"])
    return f"{conditions}, by {order(search)}, from place {search['offset'] + 1} on"


def milliseconds(work):
    begin = time.perf_counter()
    work()
    return (time.perf_counter() - begin) * 1e3


def ask(search, execute, dialect):
    count, page, parameters = statements(search, dialect)
    (total,), = execute(count, parameters)
    rows = execute(page, parameters)
    return total, str(rows[0][0]) if rows else None


def run(searches, execute, dialect, times):
    """The median of each search, and how many have another total or first customer than ours."""
    medians, wrong = [], 0
    for search in searches:
        found = ask(search, execute, dialect)
        if found != (search["total"], search["first"]):
            wrong += 1
            print(f"{dialect} has {found}, and we {search['total']} and {search['first']}: {text(search)}")
        medians.append(statistics.median(milliseconds(lambda: ask(search, execute, dialect)) for _ in range(times)))
    return {"medians": medians, "wrong": wrong}


def forget(path):
    """Takes the files of a folder out of the system's cache."""
    os.sync()
    for folder, _, names in os.walk(path):
        for name in names:
            with open(os.path.join(folder, name), "rb") as file:
                os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def memory(pid, field="Pss"):
    """In MB. What several processes share, as PostgreSQL's buffers, is divided among them."""
    try:
        with open(f"/proc/{pid}/smaps_rollup") as lines:
            return sum(int(line.split()[1]) for line in lines if line.startswith(f"{field}:")) / 1e3
    except (FileNotFoundError, ProcessLookupError):
        return 0


def family(pid):
    children = subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True).stdout.split()
    return [pid, *map(int, children)]


def postgres_name(binaries):
    told = subprocess.run([f"{binaries}/postgres", "--version"], check=True, capture_output=True, text=True).stdout
    return f"PostgreSQL {told.split()[2]}"


def postgres(arguments, searches):
    import psycopg

    root = tempfile.mkdtemp(dir=os.environ.get("TMPDIR", "/tmp"))
    shutil.chown(root, "postgres")
    data, binaries = os.path.join(root, "data"), arguments.postgres
    as_user = lambda *command: subprocess.run(["runuser", "-u", "postgres", "--", *command], check=True, stdout=subprocess.DEVNULL)
    as_user(f"{binaries}/initdb", "-D", data, "-A", "trust", "--locale=C", "-E", "UTF8")
    options = f"-k {root} -c listen_addresses= -c shared_buffers={arguments.shared_buffers} -c work_mem=64MB -c maintenance_work_mem=512MB -c max_wal_size=4GB -c jit=off"
    start = lambda: as_user(f"{binaries}/pg_ctl", "-D", data, "-w", "-t", "600", "-o", options, "-l", f"{root}/log", "start")
    stop = lambda: as_user(f"{binaries}/pg_ctl", "-D", data, "-w", "-t", "600", "-m", "fast", "stop")
    connect = lambda: psycopg.connect(f"host={root} user=postgres dbname=postgres", autocommit=True)

    def copy(connection, table, name):
        with open(f"{arguments.folder}/{name}", "rb") as rows, connection.cursor().copy(f"copy {table} from stdin csv") as into:
            while block := rows.read(1 << 20):
                into.write(block)

    def load(connection):
        connection.execute(f"create table customers ({COLUMNS})")
        copy(connection, "customers", "customers.csv")
        connection.execute("alter table customers add primary key (id)")
        for index in INDEXES:
            connection.execute(f"create index on customers {index}")
        connection.execute("vacuum analyze customers")

    def change(connection):
        with connection.transaction():
            connection.execute("create temp table changes (id uuid, purchases int, average_ticket bigint) on commit drop")
            copy(connection, "changes", "changes.csv")
            return connection.execute(UPDATE).rowcount

    start()
    try:
        with connect() as connection:
            seconds = milliseconds(lambda: load(connection)) / 1e3
            (stored,), = connection.execute("select pg_total_relation_size('customers')").fetchall()
        stop()
        forget(data)
        start()
        with connect() as connection:
            execute = lambda statement, parameters: connection.execute(statement, parameters).fetchall()
            first = milliseconds(lambda: ask(searches[0] | {"offset": 0}, execute, "postgres"))
            result = run(searches, execute, "postgres", arguments.times)
            with open(f"{data}/postmaster.pid") as file:
                processes = family(int(file.readline()))
            shared, whole = (sum(memory(pid, field) for pid in processes) for field in ("Pss_Shmem", "Pss"))
            print(f"PostgreSQL: {whole:.0f} MB in {len(processes)} processes, {shared:.0f} MB of them shared buffers")
            changed = []
            changes = milliseconds(lambda: changed.append(change(connection)))
            print(f"PostgreSQL changed {changed[0]} customers")
        return result | {"first": first, "memory": whole, "stored": stored, "load": seconds, "changes": changes}
    finally:
        stop()
        shutil.rmtree(root)


def duck_load(folder, path):
    import duckdb

    def load(connection):
        connection.execute(f"create table raw ({COLUMNS.replace('text[]', 'text')})")
        connection.execute(f"copy raw from '{folder}/customers.csv' (format csv, header false)")
        lists = ", ".join(f"case when {name} = '{{}}' then []::text[] else string_split(trim({name}, '{{}}'), ',') end as {name}" for name in LISTS)
        connection.execute(f"create table customers as select * replace ({lists}) from raw")
        connection.execute("drop table raw")
        connection.execute("checkpoint")

    with duckdb.connect(path) as connection:
        return milliseconds(lambda: load(connection)) / 1e3


def duck_search(folder, path, searches, times):
    import duckdb

    def change(connection):
        connection.execute("begin")
        types = "{'id': 'uuid', 'purchases': 'int', 'average_ticket': 'bigint'}"
        connection.execute(f"create temp table changes as from read_csv('{folder}/changes.csv', header = false, columns = {types})")
        (count,), = connection.execute(UPDATE).fetchall()
        connection.execute("commit")
        return count

    begin = time.perf_counter()
    with duckdb.connect(path) as connection:
        execute = lambda statement, parameters: connection.execute(statement, parameters).fetchall()
        ask(searches[0] | {"offset": 0}, execute, "duckdb")
        first = (time.perf_counter() - begin) * 1e3
        result = run(searches, execute, "duckdb", times)
        resident = memory(os.getpid())
        changed = []
        changes = milliseconds(lambda: changed.append(change(connection)))
        print(f"DuckDB changed {changed[0]} customers")
        return result | {"first": first, "memory": resident, "changes": changes}


def in_process(work, *arguments):
    """In a new one, which has no memory but its own."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        return pool.submit(work, *arguments).result()


def duck(arguments, searches):
    with tempfile.TemporaryDirectory() as root:
        path = f"{root}/customers.duckdb"
        load = in_process(duck_load, arguments.folder, path)
        stored = os.path.getsize(path)
        forget(root)
        result = in_process(duck_search, arguments.folder, path, searches, arguments.times)
        return result | {"load": load, "stored": stored}


def ours(arguments):
    """What the handler answered; the index is built by another process."""
    index = os.path.join(arguments.folder, "index")
    command = [arguments.bench, "--customers", str(arguments.customers), "--folder", index, "--export", arguments.folder]
    for _ in range(1 if os.path.exists(index) else 2):
        print(subprocess.run(command, check=True, capture_output=True, text=True).stdout, end="", flush=True)
    with open(f"{arguments.folder}/ours.json") as told, open(f"{arguments.folder}/load.json") as load:
        return json.load(told), json.load(load)


def place(times, part):
    return sorted(times)[round(part * (len(times) - 1))]


def table(systems):
    mine = systems["ours"]["medians"]
    print("| | median ms | p99 ms | first ms | memory MB | MB stored | load s | 10,000 changes ms | other totals | we are ahead |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |")
    for name, it in systems.items():
        ahead = sum(own < theirs for own, theirs in zip(mine, it["medians"]))
        last = "| | |" if name == "ours" else f"| {it['wrong']} | {ahead} of {len(mine)} |"
        print(f"| {name} | {place(it['medians'], 0.5):.2f} | {place(it['medians'], 0.99):.1f} | {it['first']:.0f} | {it['memory']:.0f} | {it['stored'] / 1e6:.0f} | {it['load']:.1f} | {it['changes']:.0f} {last}")


def lost(systems, searches):
    for nth, search in enumerate(searches):
        times = {name: it["medians"][nth] for name, it in systems.items()}
        if min(times, key=times.get) != "ours":
            told = ", ".join(f"{name} {taken:.3f} ms" for name, taken in times.items())
            print(f"lost: {told}: {text(search)}")


WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 800, 420, 80, 560, 50, 360
COLOURS = ["#0b7a4b", "#1f5fbf", "#b3261e"]


def svg(systems, customers):
    """A dot for each search and system, by our time; times are logarithmic."""
    everything = [taken for it in systems.values() for taken in it["medians"]]
    low, high = math.floor(math.log10(min(everything))), math.ceil(math.log10(max(everything)))
    mine = systems["ours"]["medians"]
    by_ours = sorted(range(len(mine)), key=mine.__getitem__)
    x = lambda nth: LEFT + (RIGHT - LEFT) * (nth + 0.5) / len(mine)
    y = lambda taken: BOTTOM - (BOTTOM - TOP) * (math.log10(taken) - low) / (high - low)
    title = f"{len(mine)} searches of {customers:,} customers: count and page, warm"
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" font-family="sans-serif" font-size="13">',
        f"<title>{title}</title>",
        '<rect width="100%" height="100%" fill="#ffffff"/>',
        f'<text x="{LEFT}" y="26" font-size="16" fill="#222222">{title}</text>',
    ]
    for exponent in range(low, high + 1):
        at = y(10**exponent)
        tick = f"{10**exponent:,} ms" if exponent >= 0 else f"{10**exponent:.{-exponent}f} ms"
        out.append(f'<path d="M{LEFT} {at:.1f}H{RIGHT}" stroke="#dddddd"/>')
        out.append(f'<text x="{LEFT - 8}" y="{at + 4:.1f}" text-anchor="end" fill="#444444">{tick}</text>')
    labels = []
    for (name, it), colour in zip(systems.items(), COLOURS):
        dots = "".join(f"M{x(nth):.1f} {y(it['medians'][search]):.1f}h0" for nth, search in enumerate(by_ours))
        out.append(f'<path d="{dots}" stroke="{colour}" stroke-width="4" stroke-linecap="round" stroke-opacity="0.7"/>')
        median = place(it["medians"], 0.5)
        labels.append((y(median), f"{name}, median {median:,.2f} ms" if median < 10 else f"{name}, median {median:,.0f} ms", colour))
    above = -math.inf
    for at, label, colour in sorted(labels):
        above = max(at + 4, above + 18)
        out.append(f'<text x="{RIGHT + 16}" y="{above:.1f}" fill="{colour}">{html.escape(label)}</text>')
    out.append(f'<text x="{(LEFT + RIGHT) / 2}" y="{BOTTOM + 28}" text-anchor="middle" fill="#444444">the searches, by our time</text>')
    return "\n".join([*out, "</svg>", ""])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder")
    parser.add_argument("--customers", type=int, default=800_000)
    parser.add_argument("--bench", default="target/release/search-bench", help="the program")
    parser.add_argument("--postgres", default="/usr/lib/postgresql/15/bin", help="its programs")
    parser.add_argument("--shared-buffers", default="1GB", help="of PostgreSQL")
    parser.add_argument("--times", type=int, default=5, help="how often the others are asked each search, after once")
    parser.add_argument("--svg", help="where the picture goes")
    arguments = parser.parse_args()
    os.makedirs(arguments.folder, exist_ok=True)
    told, load = ours(arguments)
    searches = told["searches"]
    systems = {
        "ours": {
            "medians": [search["milliseconds"] for search in searches], "first": told["cold"], "memory": told["memory"],
            "changes": told["changes"], "stored": load["bytes"], "load": load["seconds"], "wrong": 0,
        },
        postgres_name(arguments.postgres): postgres(arguments, searches),
        f"DuckDB {version('duckdb')}": duck(arguments, searches),
    }
    with open(f"{arguments.folder}/systems.json", "w") as file:
        json.dump(systems, file)
    table(systems)
    lost(systems, searches)
    if arguments.svg:
        with open(arguments.svg, "w") as file:
            file.write(svg(systems, arguments.customers))


if __name__ == "__main__":
    main()
