"""Holds the simulated server of language models to what real servers do: llm-comply checks it against Open Responses,
and the official client of OpenAI asks it for everything that Recado or a test may ask. `infra/ci/model` starts a laptop
and runs this; MODEL_URL is its address.

A line for each part. The first difference from what the real server would do ends the run with an error.
"""

import io
import json
import os
import struct
import time
import urllib.request
import wave
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version
from pathlib import Path

import llm_comply
import openai
from llm_comply.tests import get_tests

LAPTOP = os.environ["MODEL_URL"]
KEY = "world-model-key"
MODEL = "gpt-5.4-mini"
# A busy machine; what is waited for comes within a second.
PATIENCE_SECONDS = 30

INSTRUCTIONS = """<business>
name: Patas & Cia
language: pt-BR
services:
  - Banho; 60 minutes; R$ 80,00
</business>"""
QUESTION = "Oi, quanto custa o banho?"
REPLY = {
    "type": "object",
    "properties": {"text": {"type": "string"}, "language": {"type": "string", "enum": ["es", "pt-BR", "en"]}},
    "required": ["text", "language"],
    "additionalProperties": False,
}
FORM = {"format": {"type": "json_schema", "name": "reply", "strict": True, "schema": REPLY}}


def local(method, path, body=None):
    """Asks the laptop's control API."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(
        f"{LAPTOP}/_local/{path}", data, {"content-type": "application/json"}, method=method
    )
    with urllib.request.urlopen(request, timeout=PATIENCE_SECONDS) as response:
        text = response.read()
    return json.loads(text) if text else None


def same(what, seen, expected):
    if seen != expected:
        raise SystemExit(f"model.py: {what}: expected {expected!r}, got {seen!r}")


def refused(what, error, code, call):
    """Makes a call that the server has to refuse by this error of the client, with this code; the error."""
    try:
        answer = call()
    except openai.APIError as refusal:
        same(what, (type(refusal), getattr(refusal, "code", None)), (error, code))
        return refusal
    raise SystemExit(f"model.py: {what}: expected {error.__name__}, got {answer!r}")


def as_told(what, answer):
    """An answer of the client, held to the client's own types: the client itself believes whatever comes."""
    try:
        type(answer).model_validate(answer.to_dict())
    except ValueError as wrong:
        raise SystemExit(f"model.py: {what} is not as the client's types tell: {wrong}")
    return answer


def wrong(kind, **more):
    """Lets the next request to the server go wrong."""
    local("POST", "world/model/faults", {"kind": kind, "times": 1, **more})


def comply():
    """All of llm-comply's checks of Open Responses. None may be skipped, and none may have anything to say."""
    config = llm_comply.ComplianceConfig(base_url=f"{SERVER}/v1", api_key=KEY, model=MODEL, timeout=PATIENCE_SECONDS)
    spec = llm_comply.SpecLoader(str(Path(llm_comply.__file__).parent / "specs" / "openresponses.json"))
    tests = get_tests("open-responses")
    suite = llm_comply.TestRunner(config, tests, spec).run_all()
    bad = [one for one in suite.results if one.status != llm_comply.TestStatus.PASSED or one.warnings]
    for one in bad:
        print(f"{one.id}: {one.status.value}", *one.errors, *one.warnings, sep="\n  ")
    same("checks of llm-comply that say something", len(bad), 0)
    return f"{len(suite.results)} checks passed, none skipped, by the specification of {spec.spec_version}"


def responses():
    """Answers: in a form, with a history, as a stream, and a refusal."""
    asked = {"model": MODEL, "instructions": INSTRUCTIONS, "input": QUESTION, "store": False}
    formed = as_told("a response", client.responses.create(**asked, text=FORM, max_output_tokens=500))
    reply = json.loads(formed.output_text)
    same(
        "the form", (sorted(reply), reply["language"], "80,00" in reply["text"]), (["language", "text"], "pt-BR", True)
    )
    same("the tokens", formed.usage.total_tokens, formed.usage.input_tokens + formed.usage.output_tokens)

    history = [
        {"role": "user", "content": "Oi! Eu me chamo Ana."},
        *({"role": "assistant", "content": reply["text"], "phase": phase} for phase in ("commentary", "final_answer")),
        {"role": "user", "content": [{"type": "input_text", "text": QUESTION}]},
    ]
    plain = as_told("an answer with a history", client.responses.create(**{**asked, "input": history}))
    same("the answer with a history", "80,00" in plain.output_text, True)

    with client.responses.stream(**asked) as stream:
        deltas = "".join(event.delta for event in stream if event.type == "response.output_text.delta")
        streamed = stream.get_final_response()
    same("the stream", (deltas, streamed.status), (plain.output_text, "completed"))
    with client.responses.stream(**asked, reasoning={"effort": "low", "summary": "auto"}) as stream:
        kinds = [event.type for event in stream]
        same(
            "a stream with a reasoning",
            [one.type for one in stream.get_final_response().output],
            ["reasoning", "message"],
        )
    same("the events of a reasoning", "response.reasoning_summary_text.delta" in kinds, True)

    wrong("refusal", endpoint="responses")
    refusal = as_told("a refusal", client.responses.create(**asked, text=FORM)).output[0].content[0]
    same("a refusal", (refusal.type, bool(refusal.refusal)), ("refusal", True))
    wrong("incomplete", endpoint="responses")
    broken = as_told("a broken answer", client.responses.create(**asked))
    same("a broken answer", (broken.status, broken.incomplete_details.reason), ("incomplete", "max_output_tokens"))
    wrong("failed", endpoint="responses")
    failed = as_told("a failed answer", client.responses.create(**asked))
    same("a failed answer", (failed.status, failed.error.code, failed.output), ("failed", "server_error", []))

    tool = {"type": "function", "name": "free_times", "strict": True, "parameters": {**REPLY}}
    called = as_told("a call", client.responses.create(**asked, tools=[tool], tool_choice="required")).output[0]
    same("a call", (called.name, sorted(json.loads(called.arguments))), ("free_times", ["language", "text"]))
    given = [
        called.model_dump(exclude_none=True),
        {"type": "function_call_output", "call_id": called.call_id, "output": "[]"},
    ]
    after = client.responses.create(**{**asked, "input": [*history, *given]}, tools=[tool])
    same("the answer after a call", after.output[0].type, "message")
    return "answers in a form, with history, by stream; refusals, calls"


def errors():
    """Each refusal, as the class of error by which the client tells it."""

    def ask(by=None, **more):
        return (by or client).responses.create(**{"model": MODEL, "input": QUESTION, "store": False} | more)

    refused("a wrong key", openai.AuthenticationError, "invalid_api_key", lambda: ask(client.with_options(api_key="x")))
    refused("an unknown model", openai.NotFoundError, "model_not_found", lambda: ask(model="gpt-9"))
    refused("a model that only hears", openai.BadRequestError, "unsupported_model", lambda: ask(model="whisper-1"))
    unknown = refused(
        "an unknown field", openai.BadRequestError, "unknown_parameter", lambda: ask(extra_body={"temprature": 1})
    )
    same("the field that is unknown", unknown.param, "temprature")
    refused("a hot model", openai.BadRequestError, "decimal_above_max_value", lambda: ask(temperature=3))
    refused("a short answer", openai.BadRequestError, "integer_below_min_value", lambda: ask(max_output_tokens=15))
    loose = {"format": {**FORM["format"], "schema": {**REPLY, "required": ["text"]}}}
    refused("a loose form", openai.BadRequestError, "invalid_json_schema", lambda: ask(text=loose))
    long = refused(
        "a long input", openai.BadRequestError, "context_length_exceeded", lambda: ask(input="palavra " * 70_000)
    )
    same("the field that is too long", (long.param, long.type), ("input", "invalid_request_error"))
    same(
        "a long input, cut",
        ask(
            input=[{"role": "user", "content": "a" * 500_000}, {"role": "user", "content": QUESTION}], truncation="auto"
        ).status,
        "completed",
    )

    def struck(error, told, by=None, **fault):
        wrong(**fault, endpoint="responses")
        return refused(f"the fault {fault}", error, told, lambda: ask(by))

    slow = struck(openai.RateLimitError, "rate_limit_exceeded", kind="status", status=429, retry_after=1)
    same("the wait of a limit", (slow.response.headers["retry-after"], bool(slow.request_id)), ("1", True))
    struck(openai.RateLimitError, "rate_limit_exceeded", kind="status", status=429)
    quota = struck(openai.RateLimitError, "insufficient_quota", kind="status", status=429, code="insufficient_quota")
    same("the type of a quota", quota.type, "insufficient_quota")
    struck(openai.BadRequestError, "conversation_locked", kind="status", status=400, code="conversation_locked")
    struck(openai.InternalServerError, "server_error", kind="status", status=500)
    struck(openai.InternalServerError, "server_is_overloaded", kind="status", status=503)
    struck(openai.APIConnectionError, None, kind="answer_lost")
    struck(openai.APITimeoutError, None, client.with_options(timeout=0.2), kind="slow", milliseconds=1_000)
    wrong("status", status=429, retry_after=1, endpoint="responses")
    began = time.monotonic()
    same("an answer at the second try", ask(client.with_options(max_retries=1)).status, "completed")
    same("the wait before the second try", time.monotonic() - began >= 1, True)
    return "each refusal is told by its class of error"


def conversations():
    """Conversations that the server keeps, and responses in them."""
    made = as_told(
        "a conversation",
        client.conversations.create(metadata={"for": "Ana"}, items=[{"role": "user", "content": "Oi!"}]),
    )
    same("its metadata", client.conversations.retrieve(made.id).metadata, {"for": "Ana"})
    same("other metadata", client.conversations.update(made.id, metadata={"for": "Bia"}).metadata, {"for": "Bia"})
    added = as_told(
        "added items",
        client.conversations.items.create(
            made.id,
            items=[
                {"role": "assistant", "content": "Oi! Como posso ajudar?"},
                {"role": "user", "content": [{"type": "input_text", "text": "Um momento."}]},
            ],
        ),
    )
    same(
        "the items that were added", ([one.role for one in added.data], added.has_more), (["assistant", "user"], False)
    )
    kept = [one.id for one in client.conversations.items.list(made.id, order="asc", limit=1)]
    same("pages of one item", (len(kept), kept[1:]), (3, [added.first_id, added.last_id]))
    one = client.conversations.items.retrieve(added.first_id, conversation_id=made.id)
    same("one item", (one.content[0].type, one.content[0].text), ("output_text", "Oi! Como posso ajudar?"))
    client.conversations.items.delete(added.last_id, conversation_id=made.id)
    same("the items that are left", len(client.conversations.items.list(made.id).data), 2)

    said = {"model": MODEL, "instructions": INSTRUCTIONS, "conversation": made.id}
    answer = as_told("a response in it", client.responses.create(**said, input=QUESTION))
    same("its conversation", answer.conversation.id, made.id)
    last = client.conversations.items.list(made.id, limit=2).data
    same("the end of the conversation", [one.content[0].text for one in last], [answer.output_text, QUESTION])
    wrong("slow", milliseconds=1_500, endpoint="responses")
    with ThreadPoolExecutor() as pool:
        first = pool.submit(client.responses.create, **said, input="E a tosa?")
        time.sleep(0.5)
        locked = refused(
            "two at once",
            openai.BadRequestError,
            "conversation_locked",
            lambda: client.responses.create(**said, input="Oi?"),
        )
        same("the conversation that is locked", locked.param, "conversation")
        same("the first of two", first.result().status, "completed")
    same("after the first", client.responses.create(**said, input="Obrigada!").status, "completed")

    again = client.responses.create(model=MODEL, input="E ontem?", previous_response_id=answer.id)
    same("a kept response", client.responses.retrieve(again.id).previous_response_id, answer.id)
    same("its input", [one.content[0].text for one in client.responses.input_items.list(again.id)], ["E ontem?"])
    client.responses.delete(again.id)
    refused("a deleted response", openai.NotFoundError, None, lambda: client.responses.retrieve(again.id))
    refused(
        "a response after it",
        openai.BadRequestError,
        "previous_response_not_found",
        lambda: client.responses.create(model=MODEL, input="Oi", previous_response_id=again.id),
    )
    refused(
        "both histories",
        openai.BadRequestError,
        "mutually_exclusive_parameters",
        lambda: client.responses.create(**said, input="Oi", previous_response_id=answer.id),
    )

    many = [{"role": "user", "content": "Oi"}] * 21
    refused(
        "many items", openai.BadRequestError, "array_above_max_length", lambda: client.conversations.create(items=many)
    )
    refused(
        "an unknown item",
        openai.NotFoundError,
        None,
        lambda: client.conversations.items.retrieve("msg_1", conversation_id=made.id),
    )
    refused(
        "a page of nothing",
        openai.BadRequestError,
        "invalid_value",
        lambda: client.conversations.items.list(made.id, limit=0),
    )
    same("its end", client.conversations.delete(made.id).deleted, True)
    refused("a conversation that is gone", openai.NotFoundError, None, lambda: client.conversations.retrieve(made.id))
    refused("a response in none", openai.NotFoundError, None, lambda: client.responses.create(**said, input="Oi"))
    return "made, read, changed, filled, answered in, locked, deleted"


def recording(words):
    """A silent WAV whose comment has these words."""
    file = io.BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(8_000)
        sound.writeframes(b"\0" * 1_600)
    comment = b"TRANSCRIPT=" + words.encode()
    return file.getvalue() + b"ICMT" + struct.pack("<I", len(comment)) + comment


def transcriptions():
    """The words of recordings, which a recording of this world carries with it."""
    words = "Oi! Tem horário amanhã às dez? 🐾"
    hear = client.audio.transcriptions.create
    heard = as_told(
        "a transcription", hear(model="gpt-4o-mini-transcribe", file=("voice.wav", recording(words)), language="pt")
    )
    same("the words", (heard.text, heard.usage.type), (words, "tokens"))
    timed = as_told("a transcription by whisper", hear(model="whisper-1", file=("voice.wav", recording(words))))
    same("the words by whisper", (timed.text, timed.usage.type), (words, "duration"))
    same(
        "plain words",
        hear(model="whisper-1", file=("voice.wav", recording(words)), response_format="text").strip(),
        words,
    )
    refused(
        "a model that only writes",
        openai.BadRequestError,
        "unsupported_model",
        lambda: hear(model=MODEL, file=("a.wav", recording(""))),
    )
    refused(
        "a file of another kind", openai.BadRequestError, None, lambda: hear(model="whisper-1", file=("a.txt", b"Oi"))
    )
    refused("no sound", openai.BadRequestError, "invalid_value", lambda: hear(model="whisper-1", file=("a.ogg", b"Oi")))
    refused(
        "a format of another model",
        openai.BadRequestError,
        "unsupported_value",
        lambda: hear(model="gpt-4o-transcribe", file=("a.wav", recording("")), response_format="text"),
    )
    large = refused(
        "a large file",
        openai.APIStatusError,
        None,
        lambda: hear(model="whisper-1", file=("a.wav", recording("") + bytes(25 << 20))),
    )
    same("its status", large.status_code, 413)
    wrong("status", status=503, endpoint="transcriptions")
    refused(
        "an overload",
        openai.InternalServerError,
        "server_is_overloaded",
        lambda: hear(model="whisper-1", file=("a.wav", recording(""))),
    )
    return "words, refusals"


def models():
    """The models, and when they end."""
    there = {one.id: as_told("a model", one).shutdown_date for one in client.models.list()}
    same("the model in use", (MODEL in there, there.get(MODEL)), (True, None))
    same("the end of whisper", there["whisper-1"], "2027-02-26")
    same("one model", client.models.retrieve(MODEL).id, MODEL)
    refused("an unknown model", openai.NotFoundError, "model_not_found", lambda: client.models.retrieve("gpt-9"))
    return f"{len(there)}, with their ends"


SERVER = local("GET", "gateways")["model"]
client = openai.OpenAI(base_url=f"{SERVER}/v1", api_key=KEY, max_retries=0, timeout=PATIENCE_SECONDS)
print(f"llm-comply {version('llm-comply')}: {comply()}")
for part in (responses, errors, conversations, transcriptions, models):
    began = time.monotonic()
    told = part()
    print(f"openai {version('openai')}, {part.__name__}: {told}, in {time.monotonic() - began:.1f} s")
