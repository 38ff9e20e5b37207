"""Measures programs that speak the Lambda Runtime API at one job. `run` builds them and calls this."""

import argparse
import asyncio
import json
import os
import re
import signal
import ssl
import statistics
import subprocess
import tempfile
import time
from pathlib import Path

from fake import Backend, Connection, Runtime
from jobs import JOBS, Points

# AWS gives 1,769 MB one processor, and 128 MB their part of each 20 ms.
PERIOD_US = 20_000
SHARE_US = round(PERIOD_US * 128 / 1769)
CGROUP = Path("/sys/fs/cgroup/cpu/recado-functions")
TURNS, STARTS, WARM_UP, WARM_CALLS = 5, 5, 50, 300
BACKEND_DELAY = 0.005


class Program:
    """A way to start a program, and what is shipped of it."""

    def __init__(self, name, command, artefact):
        self.name, self.command, self.artefact = name, command, artefact


class Running:
    """One process of a program with its own fakes."""

    def __init__(self, program, job, tls=None, delay=0.0, wrap=(), log=subprocess.DEVNULL):
        self.program, self.job, self.tls, self.wrap, self.log = program, job, tls, list(wrap), log
        self.runtime, self.backend = Runtime(), Backend(job.items, delay)

    async def __aenter__(self):
        loop = asyncio.get_running_loop()
        context = self.tls.context if self.tls else None
        self.servers = [
            await loop.create_server(lambda: Connection(self.runtime.answer), "127.0.0.1", 0),
            await loop.create_server(lambda: Connection(self.backend.answer), "127.0.0.1", 0, ssl=context),
        ]
        runtime, backend = (server.sockets[0].getsockname()[1] for server in self.servers)
        url = f"https://localhost:{backend}" if self.tls else f"http://localhost:{backend}"
        environment = {
            "PATH": os.environ["PATH"],
            "AWS_LAMBDA_RUNTIME_API": f"127.0.0.1:{runtime}",
            "AWS_LAMBDA_FUNCTION_NAME": "measured",
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "128",
            "AWS_LAMBDA_FUNCTION_VERSION": "1",
            "AWS_LAMBDA_LOG_STREAM_NAME": "s",
            "AWS_LAMBDA_LOG_GROUP_NAME": "g",
            "AWS_REGION": "us-east-1",
            "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE",
            "AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
            "AWS_SESSION_TOKEN": "token" * 100,
            "AWS_ENDPOINT_URL_DYNAMODB": url,
            "AWS_ENDPOINT_URL_SQS": url,
            **self.job.environment,
        }
        if self.tls:
            for name in ("EXTRA_CA_FILE", "NODE_EXTRA_CA_CERTS", "SSL_CERT_FILE"):
                environment[name] = str(self.tls.authority)
        self.process = subprocess.Popen(
            [*self.wrap, *self.program.command], env=environment, stdout=subprocess.DEVNULL, stderr=self.log)
        return self

    async def __aexit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        while self.process.poll() is None:
            await asyncio.sleep(0.01)
        for server in self.servers:
            server.close()

    async def call(self, limit=120):
        """The seconds from now to the answer."""
        begin = time.perf_counter()
        end, path, body = await asyncio.wait_for(self.runtime.give(self.job.event), limit)
        answer = json.loads(body) if path.endswith("/response") else {}
        if answer.get("statusCode") != self.job.status:
            raise SystemExit(f"{self.program.name} answered {path} {body[:500]!r}")
        return end - begin

    async def idle(self):
        """Until the program asks for its next event and what it does besides has come to rest."""
        await asyncio.wait_for(self.runtime.asked.wait(), 60)
        await asyncio.sleep(0.1)

    def cpu(self):
        """The processor's seconds of all its threads so far."""
        tasks = Path(f"/proc/{self.process.pid}/task").glob("*/schedstat")
        return sum(int(task.read_text().split()[0]) for task in tasks) / 1e9

    def peak_mb(self):
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(r"VmHWM:\s+(\d+)", status)[1]) * 1024 / 1e6


class Tls:
    """A certificate authority of our own and a server's certificate for localhost."""

    def __init__(self, folder):
        self.authority = folder / "authority.pem"
        key, request, certificate, extensions = (folder / name for name in ("key", "request", "certificate", "ext"))
        extensions.write_text("subjectAltName=DNS:localhost\nbasicConstraints=critical,CA:FALSE\n")
        new_key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
        for command in (
            ["req", "-x509", *new_key, "-keyout", folder / "authority.key", "-out", self.authority, "-days", "2",
             "-subj", "/CN=measuring"],
            ["req", *new_key, "-keyout", key, "-out", request, "-subj", "/CN=localhost"],
            ["x509", "-req", "-in", request, "-CA", self.authority, "-CAkey", folder / "authority.key",
             "-CAcreateserial", "-days", "2", "-extfile", extensions, "-out", certificate],
        ):
            subprocess.run(["openssl", *map(str, command)], check=True, capture_output=True)
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(certificate, key)


async def cold(program, job, tls):
    """Milliseconds from the start of the process to its first answer, and without the fakes' own."""
    begin, fakes = time.perf_counter(), time.process_time()
    async with Running(program, job, tls) as running:
        await running.call()
        took, fakes = time.perf_counter() - begin, time.process_time() - fakes
        if running.backend.calls != job.calls:
            raise SystemExit(f"{program.name} called {running.backend.calls}")
        return took * 1e3, (took - fakes) * 1e3


async def first_call(program, job, tls, limited):
    """Milliseconds of the first call at the processor's share of 128 MB after a start without limit, and without the
    fakes' own."""
    async with Running(program, job, tls) as running:
        await running.idle()
        if limited:
            (CGROUP / "cgroup.procs").write_text(str(running.process.pid))
        before, fakes = running.cpu(), time.process_time()
        took = await running.call()
        if not limited:
            took = (running.cpu() - before) * PERIOD_US / SHARE_US
            return took * 1e3, took * 1e3
        return took * 1e3, (took - (time.process_time() - fakes)) * 1e3


async def warm(program, job, tls):
    """CPU microseconds of a warm call, and the most MB of memory."""
    async with Running(program, job, tls) as running:
        for _ in range(WARM_UP):
            await running.call()
        before = running.cpu()
        for _ in range(WARM_CALLS):
            await running.call()
        return (running.cpu() - before) / WARM_CALLS * 1e6, running.peak_mb()


async def on_top(program, job):
    """Milliseconds of a warm call beyond 5 ms for each call of AWS and what the fakes took themselves."""
    tops = []
    async with Running(program, job, delay=BACKEND_DELAY) as running:
        for _ in range(60):
            running.backend.slept, fakes = 0.0, time.process_time()
            took = await running.call()
            tops.append((took - running.backend.slept - (time.process_time() - fakes)) * 1e3)
    return statistics.median(tops[10:])


async def instructions(program, job):
    """Millions of a start with its first call, and of a warm call, as callgrind counts them over plain HTTP."""
    counts = []
    for calls in (1, 11):
        with tempfile.TemporaryFile() as log:
            wrap = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null"]
            async with Running(program, job, wrap=wrap, log=log) as running:
                for _ in range(calls):
                    await running.call()
            log.seek(0)
            counts.append(int(re.search(rb"Collected : (\d+)", log.read())[1]) / 1e6)
    return counts[0], (counts[1] - counts[0]) / 10


async def measure(programs, job, tls, limited):
    """A row for each program. They take turns, so that a busy time of the machine meets all; a turn has several starts,
    so that a small program does not always start right after a large one."""
    rows = [{} for _ in programs]
    for _ in range(TURNS):
        for program, row in zip(programs, rows):
            for _ in range(STARTS):
                note(row, ("cold", "cold_own"), await cold(program, job, tls))
            for _ in range(STARTS):
                note(row, ("first", "first_own"), await first_call(program, job, tls, limited))
            note(row, ("cpu", "peak"), await warm(program, job, tls))
            note(row, ("top",), [await on_top(program, job)])
    rows = [{name: statistics.median(values) for name, values in row.items()} for row in rows]
    rows[0]["count"], rows[0]["count_warm"] = await instructions(programs[0], job)
    return rows


def note(row, names, values):
    for name, value in zip(names, values):
        row.setdefault(name, []).append(value)


def limit_processor():
    """Whether this machine lets us give a process a share of a processor (cgroup v1, by root)."""
    try:
        CGROUP.mkdir(exist_ok=True)
        (CGROUP / "cpu.cfs_period_us").write_text(str(PERIOD_US))
        (CGROUP / "cpu.cfs_quota_us").write_text(str(SHARE_US))
    except OSError:
        return False
    return True


async def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--programs", type=Path, required=True, help="folder of ours, NAME or NAME/bootstrap")
    parser.add_argument("--node", type=Path, help="the bundled Node program")
    parser.add_argument("--go", type=Path, help="the Go program")
    options = parser.parse_args()
    limited = limit_processor()
    print("| job | program | cold, ms | without the fakes | first call at 128 MB, ms | without the fakes | CPU warm, µs "
          "| on top of 5 ms a call, ms | memory, MB | artefact, MB | instructions cold, M | warm |")
    print("| --- " * 12 + "|")
    with tempfile.TemporaryDirectory() as folder:
        tls = Tls(Path(folder))
        for job in JOBS:
            path = options.programs / job.program
            path = path / "bootstrap" if path.is_dir() else path
            programs = [Program("ours", [path], path)]
            if job is Points and options.node:
                programs.append(Program("Node", ["node", options.node], options.node))
            if job is Points and options.go:
                programs.append(Program("Go", [options.go], options.go))
            for program, row in zip(programs, await measure(programs, job, tls, limited)):
                count = f"{row['count']:.2f} | {row['count_warm']:.2f}" if "count" in row else "– | –"
                print(f"| {job.program} | {program.name} | {row['cold']:.1f} | {row['cold_own']:.1f} "
                      f"| {row['first']:.2f} | {row['first_own']:.2f} | {row['cpu']:.0f} | {row['top']:.2f} | {row['peak']:.1f} "
                      f"| {program.artefact.stat().st_size / 1e6:.2f} | {count} |", flush=True)
    if limited:
        CGROUP.rmdir()
    else:
        print("This machine gives no share of a processor: for the first call stands its time divided by the share.")


asyncio.run(main())
