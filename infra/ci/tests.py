#!/usr/bin/env python3
"""Runs all test programs of the workspace, two at once and those that take long first. The end-to-end tests wait more than
they work, and the simulation works more than it waits. Cargo alone would run one after the other.

Each program's output comes as a whole when it ends. The last line names those that failed.
"""
import concurrent.futures
import json
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

PRINTING = threading.Lock()
# The programs that take longest.
FIRST = ["simulation", "tests"]


def programs():
    """Builds the test programs, and names each with the folder of its package."""
    command = ["cargo", "test", "--workspace", "--locked", "--no-run", "--message-format=json-render-diagnostics"]
    built = subprocess.run(command, stdout=subprocess.PIPE, check=False)
    if built.returncode:
        sys.exit(built.returncode)
    found = []
    for line in built.stdout.splitlines():
        message = json.loads(line)
        if message["reason"] == "compiler-artifact" and message["profile"]["test"] and message["executable"]:
            found.append((Path(message["manifest_path"]).parent, message["target"]["name"], message["executable"]))
    return sorted(found, key=lambda it: FIRST.index(it[1]) if it[1] in FIRST else len(FIRST))


def run(program):
    folder, name, path = program
    begun = time.monotonic()
    done = subprocess.run([path], cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False,
                          env={**os.environ, "CARGO_MANIFEST_DIR": str(folder)})
    with PRINTING:
        print(f"-- {name}, {time.monotonic() - begun:.0f} s", flush=True)
        sys.stdout.buffer.write(done.stdout)
        sys.stdout.buffer.flush()
    return name, done.returncode


def main():
    found = programs()
    if not found:
        sys.exit("no test program was built")
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        failed = [name for name, code in pool.map(run, found) if code]
    if failed:
        sys.exit("failed: " + ", ".join(failed))
    print(f"{len(found)} test programs passed")


if __name__ == "__main__":
    main()
