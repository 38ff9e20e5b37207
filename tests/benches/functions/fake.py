"""The Lambda Runtime API, DynamoDB and SQS as far as the measured jobs need them, over real HTTP in one event loop."""

import asyncio
import hashlib
import json
import time

RUNTIME = "/2018-06-01/runtime/"


class Connection(asyncio.Protocol):
    """HTTP/1.1 with whole bodies. `answer(path, headers, body)` gives what is sent back: status, headers, body."""

    def __init__(self, answer):
        self.answer = answer
        self.buffer = b""
        self.tasks = set()

    def connection_made(self, transport):
        self.transport = transport

    def connection_lost(self, _):
        for task in self.tasks:
            task.cancel()

    def data_received(self, data):
        self.buffer += data
        while True:
            head, found, rest = self.buffer.partition(b"\r\n\r\n")
            if not found:
                return
            line, *lines = head.decode("latin-1").split("\r\n")
            headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
            if headers.get("transfer-encoding") == "chunked":
                end = rest.find(b"0\r\n\r\n")
                if end < 0:
                    return
                body, self.buffer = unchunked(rest[: end + 5]), rest[end + 5 :]
            else:
                length = int(headers.get("content-length", 0))
                if len(rest) < length:
                    return
                body, self.buffer = rest[:length], rest[length:]
            task = asyncio.ensure_future(self.respond(line.split(" ")[1], headers, body))
            self.tasks.add(task)
            task.add_done_callback(self.tasks.discard)

    async def respond(self, path, headers, body):
        status, more, text = await self.answer(path, headers, body)
        head = [f"HTTP/1.1 {status} OK", f"content-length: {len(text)}", *(f"{name}: {more[name]}" for name in more)]
        self.transport.write("\r\n".join(head).encode() + b"\r\n\r\n" + text)


def unchunked(body):
    whole = b""
    while body:
        size, _, rest = body.partition(b"\r\n")
        whole, body = whole + rest[: int(size, 16)], rest[int(size, 16) + 2 :]
    return whole


class Runtime:
    """Hands events to the one program that asks. `asked` is set while the program waits for the next one."""

    def __init__(self):
        self.events = asyncio.Queue()
        self.asked = asyncio.Event()
        self.answered = None

    async def answer(self, path, _, body):
        if path == RUNTIME + "invocation/next":
            self.asked.set()
            event = await self.events.get()
            self.asked.clear()
            headers = {
                "content-type": "application/json",
                "lambda-runtime-aws-request-id": "8476a536-e9f4-11e8-9739-2dfe598c3fcd",
                "lambda-runtime-deadline-ms": str(int(time.time() * 1000) + 30_000),
                "lambda-runtime-invoked-function-arn": "arn:aws:lambda:us-east-1:000000000000:function:measured",
                "lambda-runtime-trace-id": "Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Parent=9a9197af755a6419;Sampled=0",
            }
            return 200, headers, event
        if self.answered and not self.answered.done():
            self.answered.set_result((time.perf_counter(), path, body))
        return 202, {"content-type": "application/json"}, b"{}"

    def give(self, event):
        """Gives an event; the future is the time of its answer, the path it came to and its body."""
        self.answered = asyncio.get_running_loop().create_future()
        self.events.put_nowait(event)
        return self.answered


class Backend:
    """DynamoDB and SQS: items as the job names them, and success for every write."""

    def __init__(self, items, delay=0.0):
        self.items = items
        self.delay = delay
        self.calls = []
        self.slept = 0.0

    async def answer(self, path, headers, body):
        if "x-amz-target" not in headers:
            return 200, {}, b"healthy"
        operation = headers["x-amz-target"].split(".")[-1]
        self.calls.append(operation)
        request = json.loads(body)
        answer = getattr(self, operation)(request)
        if self.delay:
            begin = time.perf_counter()
            await asyncio.sleep(self.delay)
            self.slept += time.perf_counter() - begin
        return 200, {"content-type": headers["content-type"]}, json.dumps(answer).encode()

    def GetItem(self, request):
        item = self.items.get((request["TableName"], request["Key"].get("sk", request["Key"]["pk"])["S"].split("/")[0]))
        return {"Item": item, **consumed(request["TableName"])} if item else consumed(request["TableName"])

    def UpdateItem(self, request):
        return {"Attributes": self.items[request["TableName"], "limit"], **consumed(request["TableName"])}

    def TransactWriteItems(self, request):
        tables = [next(iter(action.values()))["TableName"] for action in request["TransactItems"]]
        return {"ConsumedCapacity": [consumed(table)["ConsumedCapacity"] for table in tables]}

    def SendMessageBatch(self, request):
        sent = [
            {
                "Id": entry["Id"],
                "MessageId": "5fea7756-0ea4-451a-a703-a558b933e274",
                "MD5OfMessageBody": hashlib.md5(entry["MessageBody"].encode()).hexdigest(),
            }
            for entry in request["Entries"]
        ]
        return {"Successful": sent, "Failed": []}


def consumed(table):
    return {"ConsumedCapacity": {"TableName": table, "CapacityUnits": 1.0, "Table": {"CapacityUnits": 1.0}}}
