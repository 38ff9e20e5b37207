#!/usr/bin/env python3
"""Lines a second and memory of `recado import`, on the laptop.

    cargo build --profile simulate --bins
    tests/benches/import/import.py --programs target/simulate --lines 100000

A file as Excel in Brazil writes it (`;`, Windows-1252, 31/12/1990, 1.450,00) is imported into a business that has
nothing, and then once more. One line in ten thousand has a phone that nobody has. The table has the lines of the first
and of the second run, the lines a second of each with all that the tool does, and the most memory (VmHWM) that it held.
"""
import argparse
import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
sys.path.append(str(ROOT / "tests/benches"))
from laptop import Laptop

COUNTS = r"(\d+) lines read = (\d+) created \+ (\d+) updated \+ (\d+) unchanged \+ (\d+) rejected"


def phone(nth):
    return f"(11) 9{5000 + nth // 10_000:04}-{nth % 10_000:04}"


def write(path, lines, kind):
    """Purchases are ten for each customer."""
    people = lines if kind == "customers" else lines // 10 + 1
    with open(path, "w", encoding="cp1252", newline="") as file:
        customers = "Nome;Celular;Data de Nascimento;Cidade;E-mail\r\n"
        file.write(customers if kind == "customers" else "Nota;Data;Celular;Produto;Subtotal\r\n")
        for nth in range(lines):
            one = "12345" if nth % 10_000 == 5_000 else phone(nth % people)
            day, month = nth % 28 + 1, nth % 12 + 1
            if kind == "customers":
                born = f"{day:02}/{month:02}/{1950 + nth % 50}"
                file.write(f"João Conceição {nth};{one};{born};São Paulo;joao{nth}@example.com\r\n")
            else:
                amount = f"1.{nth % 900 + 100},{nth % 100:02}"
                file.write(f"NF-{nth};{day:02}/{month:02}/2025 14:30;{one};Ração {nth % 40};{amount}\r\n")


def run(recado, laptop, key, business, kind, path):
    address = f"http://127.0.0.1:{laptop.port}"
    before = time.monotonic()
    command = [str(recado), "--url", address, "--business", business, "import", kind, str(path)]
    child = subprocess.Popen(command, env={**os.environ, "RECADO_KEY": key}, stdout=subprocess.PIPE, text=True)
    most = 0
    while child.poll() is None:
        try:
            held = re.search(r"VmHWM:\s+(\d+)", Path(f"/proc/{child.pid}/status").read_text())
            most = max(most, int(held[1]) if held else 0)
        except OSError:
            pass
        time.sleep(0.05)
    seconds = time.monotonic() - before
    told = child.stdout.read()
    found = re.search(COUNTS, told)
    if not found:
        raise SystemExit(f"recado ended with {child.returncode}:\n{told}")
    lines, created, updated, unchanged, rejected = map(int, found.groups())
    print(f"| {kind} | {lines} | {created} | {updated} | {unchanged} | {rejected} | {lines / seconds:.0f} | "
          f"{most / 1024:.0f} |", flush=True)


def main():
    given = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    given.add_argument("--programs", type=Path, default=ROOT / "target/simulate")
    given.add_argument("--lines", type=int, default=100_000)
    given.add_argument("--purchases", type=int, default=0)
    given.add_argument("--port", type=int, default=3911)
    arguments = given.parse_args()
    laptop = Laptop(arguments.programs.absolute(), arguments.port)
    try:
        business = laptop.json("POST", "/api/businesses", {
            "name": "Pet Feliz", "country": "BR", "locale": "pt-BR", "currency": "BRL", "timezone": "America/Sao_Paulo"})
        business = business["business_id"]
        keys = f"/api/businesses/{business}/keys"
        key = laptop.json("POST", keys, {"label": "import", "limit": 1_000_000})["key"]
        print("| kind | lines | created | updated | unchanged | rejected | lines a second | MB |")
        print("| --- | --- | --- | --- | --- | --- | --- | --- |")
        recado = arguments.programs.absolute() / "recado"
        with tempfile.TemporaryDirectory() as folder:
            for kind, lines in [("customers", arguments.lines), ("purchases", arguments.purchases)]:
                path = Path(folder) / f"{kind}.csv"
                if lines:
                    write(path, lines, kind)
                    for _ in range(2):
                        run(recado, laptop, key, business, kind, path)
    finally:
        laptop.stop()


if __name__ == "__main__":
    main()
