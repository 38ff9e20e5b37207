"""Recado: `send-message` is killed, all its processes at once."""

import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor

from laptop import Laptop, Record
from machine import children, resident

SENDER = {
    "gateway": "whapi",
    "address": "sender-1",
    "credentials": {"token": "t", "webhook_secret": "s"},
}
# As tests/src/ledger.rs shortens them, with time for evidence.
PARAMETERS = {
    "KeyLimitRequests": "1000000",
    "OperatorLimitRequests": "1000000",
    "BackstopSeconds": "60",
    "SendTimeoutSeconds": "15",
    "SendVisibilitySeconds": "15",
    "HandlerTimeoutSeconds": "5",
    "HandlerVisibilitySeconds": "5",
    "LeaseSeconds": "8",
    "GatewayTimeoutSeconds": "5",
    "RetryDelaysSeconds": "1,2,3",
    "SendConcurrency": "5",
    "UnknownWaitSeconds": "120",
}
AT_ONCE = 16
QUIET_SECONDS = 10


class Ours:
    name = "Recado"

    def __init__(self, options, folder):
        self.options, self.folder = options, folder
        self.failure = None
        self.laptop = Laptop(options.programs, PARAMETERS, options.habits, folder / "laptop.log")
        self.record = Record(self.laptop)
        self.enqueuing = threading.Thread(target=self.enqueue, daemon=True)
        self.quiet_since = (0, time.monotonic())
        self.messages = []

    def prepare(self):
        operator = self.laptop.operator_key
        business = {
            "name": "Pet Feliz",
            "country": "BR",
            "locale": "pt-BR",
            "currency": "BRL",
            "timezone": "America/Sao_Paulo",
            "owners": [{"name": "Rui", "phone": "+55 11 91234-0000"}],
            "senders": [SENDER | {"messages_per_minute": self.options.per_second * 60}],
            "settings": {"quiet_from": "00:00", "quiet_until": "00:00", "weekly_cap": 100},
        }
        made = self.laptop.call("POST", "/api/businesses", operator, business)
        keys = f"/api/businesses/{made['business_id']}/keys"
        self.key = self.laptop.call("POST", keys, operator, {"label": "kill"})["key"]
        self.each(self.register)

    def register(self, nth):
        customer = {
            "phone": self.options.phones[nth],
            "name": "Ana",
            "email": "ana@example.com",
            "birthday": "--03-10",
            "gender": "female",
            "city": "Santos",
            "marketing_consent": True,
        }
        self.laptop.call("POST", "/api/customers", self.key, customer)

    def each(self, work):
        with ThreadPoolExecutor(AT_ONCE) as pool:
            for _ in pool.map(work, range(self.options.messages)):
                pass

    def begin(self):
        self.enqueuing.start()

    def enqueue(self):
        try:
            self.each(self.ask)
        except Exception as error:  # told by whoever waits
            self.failure = error

    def ask(self, nth):
        message = {
            "phone": self.options.phones[nth],
            "text": f"offer {nth}",
            "kind": "marketing" if nth % 2 == 0 else "transactional",
            "message_id": f"c-{nth}",
        }
        self.laptop.call("POST", "/api/messages", self.key, message)

    def kill(self):
        return self.laptop.call("POST", "/_local/functions/send-message/kill", body={})["killed"]

    def is_settled(self):
        """Reading the records takes the functions' time, so it is done only while the gateway is quiet."""
        if self.failure:
            raise self.failure
        accepted = len(self.record.look())
        if self.enqueuing.is_alive() or accepted != self.quiet_since[0]:
            self.quiet_since = (accepted, time.monotonic())
        if time.monotonic() - self.quiet_since[1] < QUIET_SECONDS:
            return False
        self.quiet_since = (accepted, time.monotonic())
        self.messages = self.read()
        still = [it for it in self.messages if it["status"] in ("pending", "sending", "unknown")]
        return len(self.messages) == self.options.messages and not still

    def read(self):
        messages, path = [], "/api/messages?limit=100"
        while True:
            page = self.laptop.call("GET", path, self.key)
            messages += page["messages"]
            if not page.get("cursor"):
                return messages
            path = f"/api/messages?limit=100&cursor={page['cursor']}"

    def memory(self):
        sizes = {"send-message": 0, "all functions": 0, "laptop": resident(self.laptop.process.pid)}
        for pid, program in children(self.laptop.process.pid):
            if (self.options.programs / program).is_file():
                sizes["all functions"] += resident(pid)
                sizes["send-message"] += resident(pid) if program == "send-message" else 0
        return sizes

    def outcomes(self):
        """By recipient: what the record says, why, and whether the policy let it be repeated."""
        self.messages = self.read()
        queues = self.laptop.call("GET", "/_local/queues")
        (self.folder / "records.json").write_text(json.dumps(self.messages, indent=1))
        (self.folder / "queues.json").write_text(json.dumps(queues, indent=1))
        outcomes = {}
        for message in self.messages:
            phone = self.options.phones[int(message["message_id"].removeprefix("direct/c-"))]
            status = message["status"]
            says = {"failed": "known", "skipped": "known", "unknown": "known", "pending": "open", "sending": "open"}
            why = f"{message['kind']} {status}: {message.get('error_message')}"
            repeated = message["kind"] == "transactional" and message["attempts"] > 1
            outcomes[phone] = {"says": says.get(status, "done"), "why": why, "repeated": repeated}
        return outcomes

    def end(self):
        self.laptop.end()
