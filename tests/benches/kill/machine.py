"""Processes of this machine: free ports, their end, their memory."""

import contextlib
import os
import socket
import subprocess
import threading
from pathlib import Path

PAGE = os.sysconf("SC_PAGE_SIZE")


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def end(process, seconds=20):
    """Asks a process of ours to end, and makes it if it does not."""
    if process.poll() is None:
        process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(seconds)
        process.kill()
    process.wait()


def resident(pid):
    """Resident memory in bytes; nothing of a process that is gone."""
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE
    except (OSError, IndexError):
        return 0


def children(parent):
    """Process ids and program names of the children of a process."""
    found = []
    for entry in os.scandir("/proc"):
        if not entry.name.isdigit():
            continue
        with contextlib.suppress(OSError):
            stat = Path(entry.path, "stat").read_text()
            if int(stat.rpartition(")")[2].split()[1]) == parent:
                found.append((int(entry.name), os.path.basename(os.readlink(f"{entry.path}/exe"))))
    return found


class Memory:
    """The most that groups of processes had at once; `look` answers bytes by group."""

    def __init__(self, look, every=0.5):
        self.look, self.every, self.most = look, every, {}
        self.ended = threading.Event()
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()

    def run(self):
        while not self.ended.wait(self.every):
            for group, size in self.look().items():
                self.most[group] = max(size, self.most.get(group, 0))

    def end(self):
        self.ended.set()
        self.thread.join()
        return {group: round(size / 1e6) for group, size in self.most.items()}
