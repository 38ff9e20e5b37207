"""BullMQ and Redis: the one worker process is killed and started again at once, as a supervisor would."""

import json
import shutil
import subprocess
import time
import urllib.request

from laptop import Laptop, Record
from machine import end, free_port, resident

TOKEN = "peer"
CONCURRENCY = 50
TIMEOUT_MS = 5_000
POLL_SECONDS = 1
# Enough that no job fails only because its worker was killed so often.
STALLS = 1_000


class Bullmq:
    name = "BullMQ"
    claim = False
    max_stalled = STALLS

    def __init__(self, options, folder):
        self.options, self.folder = options, folder
        self.laptop = Laptop(options.programs, {}, options.habits, folder / "laptop.log")
        self.record = Record(self.laptop)
        self.worker = None
        self.next_poll = 0
        self.log = (folder / "worker.log").open("w")

    def prepare(self):
        self.register()
        self.port = free_port()
        data = self.folder / "redis"
        shutil.rmtree(data, ignore_errors=True)
        data.mkdir()
        settings = {"port": self.port, "bind": "127.0.0.1", "dir": data, "appendonly": "yes"}
        settings |= {"appendfsync": "everysec", "save": "", "maxmemory-policy": "noeviction"}
        command = ["redis-server"]
        for name, value in settings.items():
            command += [f"--{name}", str(value)]
        with (self.folder / "redis.log").open("w") as log:
            self.redis = subprocess.Popen(command, stdout=log, stderr=log)
        while self.cli("ping") != "PONG":
            time.sleep(0.1)
        self.node("enqueue", {"phones": self.options.phones})

    def register(self):
        """A channel of its own, which wants no webhooks: there is nobody here who would read them."""
        number = {"number": "5511930000010", "name": "Peer", "token": TOKEN, "webhook": "/health"}
        sender = {"gateway": "whapi", "address": "peer-1"} | number
        self.laptop.call("POST", "/_local/world/senders", body=sender)
        settings = f"{self.laptop.gateways['whapi']}/settings"
        headers = {"authorization": f"Bearer {TOKEN}", "content-type": "application/json"}
        urllib.request.urlopen(urllib.request.Request(settings, b'{"webhooks": []}', headers, method="PATCH"))

    def command(self, what, more):
        setup = {
            "redis": self.port,
            "gateway": self.laptop.gateways["whapi"],
            "token": TOKEN,
            "timeout_ms": TIMEOUT_MS,
            "concurrency": CONCURRENCY,
            "per_second": self.options.per_second,
            "claim": self.claim,
            "max_stalled": self.max_stalled,
        }
        return ["node", str(self.options.node / "worker.mjs"), what, json.dumps(setup | more)]

    def node(self, what, more):
        return subprocess.run(self.command(what, more), check=True, stdout=subprocess.PIPE, text=True).stdout

    def cli(self, *words):
        command = ["redis-cli", "-p", str(self.port), *words]
        return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True).stdout.strip()

    def begin(self):
        self.worker = subprocess.Popen(self.command("work", {}), stdout=self.log, stderr=self.log)

    def kill(self):
        self.worker.kill()
        self.worker.wait()
        self.begin()
        return 1

    def is_settled(self):
        if self.worker.poll() is not None:
            raise RuntimeError(f"the worker ended by itself, see {self.log.name}")
        if time.monotonic() < self.next_poll:
            return False
        self.next_poll = time.monotonic() + POLL_SECONDS
        ended = [int(self.cli("zcard", f"bull:messages:{state}") or 0) for state in ("completed", "failed")]
        return sum(ended) == self.options.messages

    def memory(self):
        worker, redis = resident(self.worker.pid) if self.worker else 0, resident(self.redis.pid)
        return {"worker": worker, "redis": redis, "worker and redis": worker + redis}

    def outcomes(self):
        """By recipient: what the job's state says, and why."""
        report = json.loads(self.node("report", {}))
        (self.folder / "jobs.json").write_text(json.dumps(report, indent=1))
        outcomes = {job["to"]: {"says": "done", "why": job["result"]} for job in report["completed"]}
        outcomes |= {job["to"]: {"says": "known", "why": job["reason"]} for job in report["failed"]}
        return outcomes

    def end(self):
        if self.worker:
            self.worker.kill()
            self.worker.wait()
        end(self.redis)
        self.laptop.end()


class Claiming(Bullmq):
    name = "BullMQ, `SET NX` before each send"
    claim = True


class AsItComes(Bullmq):
    name = "BullMQ, `maxStalledCount` 1 as it comes"
    max_stalled = None
