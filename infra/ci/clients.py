"""Opens a session at each simulated QR gateway by a client that others have published, writes to a person by it and
reads the answer, and logs it out. `infra/ci/clients` starts a laptop and runs this; CLIENTS_URL is its address.

A line for each gateway. The first difference from what the real server would do ends the run with an error.
"""

import json
import os
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version

import httpx
from evolutionapi.client import EvolutionClient
from evolutionapi.exceptions import EvolutionAPIError, EvolutionAuthenticationError, EvolutionNotFoundError
from evolutionapi.models.instance import InstanceConfig
from evolutionapi.models.message import TextMessage
from waha import WahaClient
from waha.generated import models

LAPTOP = os.environ["CLIENTS_URL"]
# A busy machine; what is waited for comes within three seconds.
PATIENCE_SECONDS = 30

EVOLUTION_KEY = "world-evolution-key"
WAHA_KEY = "world-waha-key"
OWN_PHONE = "5511955550001"
PERSON = "5511987654321"
TEXT = "Oi! Tudo bem? 🐾"
REPLY = "Tudo, e você?"


def local(path, body=None):
    """Asks the laptop's control API; posts, if there is a body."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(f"{LAPTOP}/_local/{path}", data, {"content-type": "application/json"})
    with urllib.request.urlopen(request, timeout=PATIENCE_SECONDS) as response:
        text = response.read()
    return json.loads(text) if text else None


def same(what, seen, expected):
    if seen != expected:
        raise SystemExit(f"clients.py: {what}: expected {expected!r}, got {seen!r}")


def refused(what, error, call):
    """Makes a call that the server has to refuse by this error of the client; the error."""
    try:
        answer = call()
    except error as refusal:
        return str(refusal)
    raise SystemExit(f"clients.py: {what}: expected {error.__name__}, got {answer!r}")


def until(what, condition):
    """Waits until the condition holds; what it gave."""
    end = time.monotonic() + PATIENCE_SECONDS
    while not (found := condition()):
        if time.monotonic() > end:
            raise SystemExit(f"clients.py: {what} did not happen within {PATIENCE_SECONDS} s")
        time.sleep(0.1)
    return found


def outside(session):
    """A session as it stands in the simulated world; nothing, if it is gone."""
    return next((one for one in local("world/sessions")["sessions"] if one["session"] == session), None)


def scan(session, code):
    """A person scans the code that the client was given, if it is the one that stands."""
    same("the code", code, outside(session)["code"])
    local(f"world/sessions/{session}/scan", {"phone": OWN_PHONE})


def person_has(session):
    """The person's phone shows the text once; the person writes back."""
    chat = local(f"world/chat?sender={session}&phone={PERSON}")
    same("the person's phone", [(one["from"], one["text"]) for one in chat["bubbles"]], [("business", TEXT)])
    local("inbound", {"sender": session, "phone": PERSON, "text": REPLY})
    return chat["bubbles"][0]["id"]


def evolution(url):
    session = "evolution-client"
    strange = EvolutionClient(url, "another-key")
    refused("a wrong key", EvolutionAuthenticationError, strange.instances.fetch_instances)
    client = EvolutionClient(url, EVOLUTION_KEY)
    made = client.instances.create_instance(InstanceConfig(session, integration="WHATSAPP-BAILEYS", qrcode=False))
    token, calls = made["hash"], client.instance_operations

    def state():
        return calls.get_connection_state(session, token)["instance"]["state"]

    def chat():
        return client.chat.get_messages(session, f"{PERSON}@s.whatsapp.net", token)["messages"]["records"]

    same("the state of a new instance", (made["instance"]["status"], state()), ("close", "close"))

    scan(session, calls.connect(session, token)["code"])
    until("the connection", lambda: state() == "open")
    listed = next(one for one in client.instances.fetch_instances() if one["name"] == session)
    same("the listed instance", (listed["connectionStatus"], listed["ownerJid"]), ("open", f"{OWN_PHONE}@s.whatsapp.net"))

    sent = client.messages.send_text(session, TextMessage(PERSON, TEXT), token)
    same("the chat of the text", sent["key"]["remoteJid"], f"{PERSON}@s.whatsapp.net")
    same("the text's id", person_has(session), sent["key"]["id"])
    found = until("the answer", lambda: both if len(both := chat()) == 2 else None)
    texts = {(one["key"]["fromMe"], one["message"].get("conversation")) for one in found}
    same("the chat by the client", texts, {(True, TEXT), (False, REPLY)})

    same("the logout", calls.logout(session, token)["error"], False)
    same("the state after it", state(), "close")
    same("the session in the world", outside(session)["state"], "stopped")
    again = refused("a second logout", EvolutionAPIError, lambda: calls.logout(session, token))
    same("a second logout", "400" in again and "is not connected" in again, True)
    calls.delete(session, token)
    refused("a deleted instance", EvolutionNotFoundError, lambda: calls.get_connection_state(session, EVOLUTION_KEY))


# The client's model of a message says that these are always there; the engine NOWEB leaves them out or sends null.
OFTEN_NULL = ("to", "participant", "mediaUrl")


def waha(url):
    session, chat = "waha-client", f"{PERSON}@c.us"
    strange = WahaClient(url, "another-key", timeout=PATIENCE_SECONDS)
    same("a wrong key", "401" in refused("a wrong key", httpx.HTTPStatusError, strange.sessions.list), True)
    client = WahaClient(url, WAHA_KEY, timeout=PATIENCE_SECONDS)

    def status():
        return models.SessionDTO.model_validate(client.sessions.get(session)).status.value

    def read():
        told = client.chats.get_chat_messages(session, chat, params={"limit": 10})
        empty = [{name: "" for name in OFTEN_NULL if one.get(name) is None} for one in told]
        return [models.WAMessage.model_validate(one | more) for one, more in zip(told, empty)]

    config = models.SessionConfig(noweb={"markOnline": False, "store": {"enabled": True, "fullSync": False}})
    wish = models.SessionCreateRequest(name=session, start=True, config=config)
    made = client.sessions.create(wish.model_dump(exclude_none=True))
    same("the name of a new session", made["name"], session)
    until("the code", lambda: status() == "SCAN_QR_CODE")
    models.Base64File.model_validate(client.auth.get_qr(session))
    code = models.QRCodeValue.model_validate(client.auth.get_qr(session, params={"format": "raw"}))

    scan(session, code.value)
    until("the connection", lambda: status() == "WORKING")
    me = models.MeInfo.model_validate(client.sessions.get(session)["me"])
    same("the linked phone", me.id, f"{OWN_PHONE}@c.us")

    sent = client.chatting.send_text({"session": session, "chatId": chat, "text": TEXT})
    same("the text's id", person_has(session), sent["key"]["id"])
    found = until("the answer", lambda: both if len(both := read()) == 2 else None)
    same("the chat by the client", {(one.fromMe, one.body) for one in found}, {(True, TEXT), (False, REPLY)})
    until("the delivery", lambda: all(one.ack.value >= 2 for one in read()))

    client.sessions.logout(session)
    until("the logout", lambda: status() != "WORKING")
    same("the linked phone after it", client.sessions.get(session)["me"], None)
    client.sessions.delete(session)
    same("the session in the world", outside(session), None)
    gone = refused("a deleted session", httpx.HTTPStatusError, lambda: client.sessions.get(session))
    same("a deleted session", "404" in gone, True)


def driven(package, drive, gateway):
    began = time.monotonic()
    drive(GATEWAYS[gateway])
    took = time.monotonic() - began
    return f"{package} {version(package)}: opened, scanned, sent, answered, logged out in {took:.1f} s"


GATEWAYS = local("gateways")
CLIENTS = [("evolutionapi", evolution, "evolution"), ("waha-py", waha, "waha")]
with ThreadPoolExecutor() as pool:
    for line in pool.map(lambda client: driven(*client), CLIENTS):
        print(line)
