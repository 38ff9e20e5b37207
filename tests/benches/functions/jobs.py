"""What the programs are given to do: environment, items in the tables, event, and the calls that are expected."""

import hashlib
import hmac
import json

BUSINESS = "01a200cb-71fc-7d6e-a51a-9060910c5fa8"
SENDER = "01a200cb-71fc-7d6e-a51a-9060910c5fa9"
CUSTOMER = "01a200cb-71fc-7d6e-a51a-9060910c5faa"
KEY = "rk_kHXqM2b0tRzYcV7uJ4nLw9sPaEoGfDiB"
# Credentials for BUSINESS and SENDER with the app secret "s", sealed as shared/gateways does it, by a key of 32 zeros.
SEALED = (
    "v1.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA7zx6JFF-h6gw8nn1lhwPYtHwE4oq7SPu770xhpJxwvh6Ym743kZivODaxR8f0CB-SIGxS8zoIHa"
    "yh8aZIWyl8LnQZR8IRXH9qYGlumlSG7DdJMOJdUKhmUSvLnL2Q"
)
APP_SECRET = b"s"


def event(path, headers, body):
    """A POST as API Gateway passes it on, payload format 2.0."""
    return json.dumps({
        "version": "2.0",
        "routeKey": f"ANY {path}",
        "rawPath": path,
        "rawQueryString": "",
        "headers": {"content-type": "application/json", "content-length": str(len(body)), "host": "api.test",
                    "accept": "*/*", "user-agent": "curl/8.5.0", "x-forwarded-for": "203.0.113.7",
                    "x-forwarded-port": "443", "x-forwarded-proto": "https", **headers},
        "requestContext": {
            "accountId": "000000000000", "apiId": "a1b2c3d4e5", "domainName": "api.test", "domainPrefix": "api",
            "http": {"method": "POST", "path": path, "protocol": "HTTP/1.1", "sourceIp": "203.0.113.7",
                     "userAgent": "curl/8.5.0"},
            "requestId": "JKJaXmPLvHcESHA=", "routeKey": f"ANY {path}", "stage": "$default",
            "time": "25/Nov/2026:10:00:00 +0000", "timeEpoch": 1795600800000,
        },
        "body": body,
        "isBase64Encoded": False,
    }).encode()


def text(**attributes):
    return {name: {"S": value} for name, value in attributes.items()}


def number(**attributes):
    return {name: {"N": str(value)} for name, value in attributes.items()}


class Points:
    """A load of points by phone: key and its limit, customer, balance, transaction. The key is remembered."""

    program = "points"
    calls = ["GetItem", "UpdateItem", "GetItem", "GetItem", "TransactWriteItems"]
    environment = {
        "TABLE_API_KEYS": "api-keys",
        "TABLE_IDENTITIES": "identities",
        "TABLE_POINTS": "points",
        "OPERATOR_KEY_HASH": "00" * 32,
    }
    items = {
        ("api-keys", "key"): text(pk="key", key_id=SENDER, business_id=BUSINESS, label="till",
                                  created_at="2026-11-01T12:00:00.000Z"),
        ("api-keys", "limit"): {**text(pk="limit"), **number(requests=7, window_start=1795600000000)},
        ("identities", BUSINESS): text(pk=BUSINESS, customer_id=CUSTOMER),
        ("points", "balance"): {**text(pk=CUSTOMER, sk="balance", attempt="x"), **number(balance=100, seq=4)},
    }
    event = event("/api/points/load", {"x-api-key": KEY}, json.dumps(
        {"phone": "+55 11 98765-4321", "points": 50, "reason": "welcome", "load_id": "till-1/2026-11-25/000017"}))
    status = 201


class Webhook:
    """A customer's message by Cloud API: the sender is read and remembered, the signature checked, one task queued."""

    program = "gateway-webhook"
    calls = ["GetItem", "GetItem", "SendMessageBatch"]
    environment = {
        "TABLE_BUSINESSES": "businesses",
        "QUEUE_INBOUND_MESSAGES": "https://sqs.us-east-1.amazonaws.com/000000000000/inbound",
        "QUEUE_MESSAGE_STATUSES": "https://sqs.us-east-1.amazonaws.com/000000000000/statuses",
        "SEALING_KEY": "A" * 43 + "=",
    }
    items = {
        ("businesses", "webhook"): text(business_id=BUSINESS, sender_id=SENDER),
        ("businesses", "sender"): {**text(sender_id=SENDER, business_id=BUSINESS, gateway="cloud_api",
                                          address="200000000000002", sealed_credentials=SEALED),
                                   **number(per_minute=4800)},
    }
    body = json.dumps({"object": "whatsapp_business_account", "entry": [{"id": "1", "changes": [{
        "field": "messages", "value": {
            "messaging_product": "whatsapp",
            "metadata": {"display_phone_number": "15550001111", "phone_number_id": "200000000000002"},
            "contacts": [{"profile": {"name": "Ana"}, "wa_id": "5511999990001", "user_id": "BR.1"}],
            "messages": [{"from": "5511999990001", "from_user_id": "BR.1", "id": "wamid.IN1", "timestamp": "1790416800",
                          "type": "text", "text": {"body": "oi"}}]}}]}]})
    event = event("/webhooks/cloud_api/secret", {
        "x-hub-signature-256": "sha256=" + hmac.new(APP_SECRET, body.encode(), hashlib.sha256).hexdigest()}, body)
    status = 200


JOBS = [Points, Webhook]
