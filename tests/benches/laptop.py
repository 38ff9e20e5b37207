"""A run of the bundle for the scripts that measure it: `local` with its own port, and calls of its API."""
import http.client
import json
import signal
import subprocess
import threading
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
KEY = "laptop-operator-key"


class Laptop:
    """A run of the bundle, with its own port."""

    def __init__(self, programs, port, empty=True, remember=10_000, **parameters):
        """`programs`: the folder of the programs; `empty`: without the demo's data; `remember`: how much the outside keeps;
        `parameters`: those of the template."""
        self.port = port
        given = {"OperatorLimitRequests": 100_000_000, **parameters}
        command = [str(programs / "local"), "--port", str(port), "--programs", str(programs), "--remember", str(remember)]
        command += ["--empty"] * empty
        command += [word for name, value in given.items() for word in ("--parameter", f"{name}={value}")]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=ROOT)
        for line in self.process.stdout:
            if line.startswith("ready"):
                break
        else:
            raise SystemExit("the laptop did not start")
        threading.Thread(target=lambda: [None for _ in self.process.stdout], daemon=True).start()
        self.local = threading.local()

    def call(self, method, path, body=None, headers=None, port=None):
        """One request on a connection that the thread keeps."""
        key = f"connection{port or self.port}"
        data = None if body is None else json.dumps(body)
        headers = {"content-type": "application/json", **(headers if headers is not None else {"x-api-key": KEY})}
        for attempt in (1, 2):
            connection = getattr(self.local, key, None) or http.client.HTTPConnection("127.0.0.1", port or self.port, timeout=60)
            setattr(self.local, key, connection)
            try:
                connection.request(method, path, data, headers)
                answer = connection.getresponse()
                text = answer.read()
                return answer.status, text
            except (http.client.HTTPException, OSError):
                connection.close()
                setattr(self.local, key, None)
                if attempt == 2:
                    raise

    def json(self, method, path, body=None, headers=None, port=None):
        status, text = self.call(method, path, body, headers, port)
        if status >= 300:
            raise SystemExit(f"{method} {path}: {status} {text[:300]}")
        return json.loads(text) if text else None

    def stop(self):
        self.process.send_signal(signal.SIGINT)
        self.process.wait(30)
