"""The laptop with its simulated gateway, and the gateway's own record of what it accepted."""

import http.client
import json
import subprocess
import threading
import time
from datetime import datetime
from pathlib import Path

from machine import end


def ask(connection, method, path, text, headers):
    connection.request(method, path, text, headers)
    response = connection.getresponse()
    return response, response.read()


class Laptop:
    """A run of `local`, with nothing in it."""

    def __init__(self, programs, parameters, habits, log):
        command = [str(programs / "local"), "--empty", "--port", "0", "--programs", str(programs)]
        for name, value in parameters.items():
            command += ["--parameter", f"{name}={value}"]
        with Path(log).open("w") as errors:
            self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, text=True)
        self.operator_key = None
        for line in self.process.stdout:
            words = line.split()
            if words[:2] == ["operator", "key"]:
                self.operator_key = words[2]
            if words[:1] == ["ready"]:
                self.host = words[1].removeprefix("http://")
                break
        else:
            raise SystemExit(f"the laptop does not start, see {log}")
        self.connections = threading.local()
        self.call("PUT", "/_local/world/habits", body=habits)
        self.gateways = self.call("GET", "/_local/gateways")

    def call(self, method, path, key=None, body=None):
        """The JSON that a request answers."""
        headers = {"content-type": "application/json"} | ({"x-api-key": key} if key else {})
        text = None if body is None else json.dumps(body)
        connection = getattr(self.connections, "open", None)
        if connection is None:
            connection = self.connections.open = http.client.HTTPConnection(self.host, timeout=60)
        try:
            response, answer = ask(connection, method, path, text, headers)
        except (http.client.RemoteDisconnected, ConnectionError):
            # It had been idle for too long; it opens again by itself.
            connection.close()
            response, answer = ask(connection, method, path, text, headers)
        if response.status >= 300:
            raise RuntimeError(f"{method} {path}: {response.status} {answer.decode()}")
        return json.loads(answer) if answer else None

    def end(self):
        end(self.process)


class Record:
    """What the gateway accepted: (recipient, seconds since the epoch), in order."""

    def __init__(self, laptop):
        self.laptop, self.accepted = laptop, []

    def look(self):
        for sent in self.laptop.call("GET", f"/_local/sent?after={len(self.accepted)}")["sent"]:
            self.accepted.append((sent["to"], datetime.fromisoformat(sent["arrived_at"]).timestamp()))
        return self.accepted

    def reached(self):
        """Recipients who got it at least once."""
        return len({to for to, _ in self.look()})

    def wait(self, holds, patience, pause=0.1):
        """Waits until something holds; answers whether it came to that."""
        until = time.monotonic() + patience
        while time.monotonic() < until:
            if holds():
                return True
            time.sleep(pause)
        return False
