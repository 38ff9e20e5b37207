"""The rules of a request that the OpenAPI document tells people and cannot tell a program.

`infra/ci/fuzz` gives this to schemathesis. A request that fits the document and is refused is a finding, unless the
answer names nothing but fields that break one of these rules.
"""

import re
from urllib.parse import unquote

import schemathesis
from hypothesis import strategies
from schemathesis.core.failures import AcceptedNegativeData
from schemathesis.openapi.checks import RejectedPositiveData

# Texts of which the document can tell the look at most: some that are right.
WRITTEN = {
    "AppointmentStart": ["2026-11-24T14:30", "2026-11-24T15:30:00-03:00", "2026-11-24T18:00:00Z"],
    "CurrencyCode": ["BRL", "cop", "CRC", "USD"],
    "GivenGender": ["female", "Mujer", "outro"],
    "GivenPhone": ["+5511987654321", "+57 300 123 4567", "+52 (55) 5512-3456", "00506 8312 3456"],
    "NamedPhone": ["5511987654321", "+57 300 123 4567", "+506 8312-3456"],
    "TimeZone": ["America/Sao_Paulo", "America/Bogota", "UTC"],
}

# Fields of bodies that are lists of which each entry is refused by itself.
LISTS = {"appointments", "customers", "purchases"}

# Operation, pointer and detail of a refusal, as patterns of the whole text.
RULES = [
    # A cursor is an answer's, and no caller makes one.
    ("list.*|read(Points|Run|Conversation)|exportCustomer", "/cursor", "not a cursor of this list"),
    ("searchCustomers", "/cursor", "expected the cursor of a page of a search with the same sort"),
    ("saveSearch", "/cursor", "expected none: it is of one answer, not of a search"),
    # Amounts are decimals of the business's currency. Each cut between segments is after the one before.
    ("searchCustomers|saveSearch", "/min(TotalSpent|AverageTicket)", "expected (no more decimals than the currency has|an amount .*)"),
    ("countSegments", "/(lapsing|lost)_days", "expected more than (recent|lapsing)_days.*"),
    # Parameters of a query have no `oneOf`.
    ("listMessages", "/customer", "expected only one of: customer_id, phone, customer"),
    ("listMessages", "/owner_number_id", "expected only one of: owner_number_id, customer"),
    ("listMessages", "/(type|status|campaign)", "expected only with: direction=out"),
    ("listAppointments", "/date", "expected (only one of|one of the fields): date, customer"),
    ("listAppointments", "/(limit|cursor)", "expected only with: customer"),
    # Appointments begin in this century.
    ("list(Appointments|Slots)", "/date", "expected a date as 2026-11-21"),
    # Decimals of the business's currency, and amounts that JSON writes with an exponent.
    (".*Appointments?", "/price", "expected (no more decimals than the currency has|an amount .*)"),
    # A pattern does not know the calendar, and not today.
    (".*Customer", "(/pets/[0-9]+)?/birthday", "expected a day (of birth that is not ahead of today|that the calendar has)"),
    # Whether an event starts an automation, its name tells, which stands in the path.
    ("changeAutomation", "/(action|cron)", "expected none: an event starts this automation"),
    ("previewAutomation", "/name", "expected one that runs at its hours: an event starts this automation"),
    # A pattern does not know the countries.
    (".*Business", "/country", "expected a country of ISO 3166-1 .*"),
    # Only some types of a start by hand have data, and an owner is one of the business.
    ("startProactive", "/ownerNumberId", "expected (an owner of the business|none: .*)"),
    ("startProactive", "/data(/.*)?", "expected .*|must be given.*"),
    # A time that has passed, and a text with variables.
    ("createCampaign", "/(start_at|message)", "expected .*"),
    ("createCampaign", "/template(/.*)?|/audience(/.*)?|/campaign_id", "expected .*|no such .*"),
    # Purchases have been made, in the currency of the business.
    ("recordPurchases", "/at", "expected a time from the year 2000 on, and not ahead"),
    ("recordPurchases", "/(total|lines/[0-9]+/(amount|quantity)|currency|invoice_id)", "expected .*"),
    ("changeAutomation", "/cron", "expected five fields of a Unix cron, .*"),
    # The parts of a name between slashes.
    (".*Appointments?", "/appointment_id", "expected (1 to 128 printable ASCII characters .*|another value than slots)"),
    ("loadPoints", "/load_id", "expected 1 to 128 printable ASCII characters .*"),
    ("sendMessage", "/message_id", "expected 1 to 128 printable ASCII characters .*"),
    # A text that is blank counts as none.
    ("sendMessage", "/text", "expected a text, a template or both|expected at most 4000 characters"),
    # One field of a body decides over another.
    (".*Business", "/opening_hours/[a-z]+/[0-9]+", "expected `closes` later than `opens`"),
    (".*Business", "/senders/[0-9]+/credentials", "expected exactly these texts: .*"),
    (".*Business", "/senders/[0-9]+/address", "expected the (id|name) of (a|an) .*"),
    # A document does not know what day it is.
    (".*Business", "/senders/[0-9]+/in_use_since", "expected a day that is not in the future"),
    # A template fits the text that it stands for, which its key names.
    (".*Business", "/senders/[0-9]+/templates/.*/occasion", "expected (none|one of): .*"),
    (".*Business", "/senders/[0-9]+/templates/.*/variables", "expected variables of this text: .*"),
    (".*Business", "/senders/[0-9]+/templates/.*/body", r"expected (no|each of) \{\{1\}\}.*|expected .* in the place of .*"),
    # A list has no rule about a part of its entries.
    (".*Business", "/senders/[0-9]+/templates/.*", "expected one template for an occasion in a language"),
    (".*Business", "/owners/[0-9]+/(phone|owner_id)", "is given twice"),
    # Ids of what is there, or is not.
    (".*Business", "/owners/[0-9]+/owner_id", "no such owner"),
    ("changeBusiness", "/senders/[0-9]+/sender_id", "this business has no such sender"),
]


@schemathesis.hook
def before_load_schema(context, raw_schema):
    schemas = raw_schema["components"]["schemas"]
    for name, texts in WRITTEN.items():
        schemas[name].pop("pattern", None)
        schemas[name]["format"] = name
        schemathesis.openapi.format(name, strategies.sampled_from(texts))


@schemathesis.hook
def filter_case(context, case):
    """Leaves out what cannot be addressed: API Gateway cuts a path at `?`, and clients leave out `.` and `..`."""
    values = [unquote(str(value)) for value in (case.path_parameters or {}).values()]
    return not any("?" in value or {"", ".", ".."}.intersection(value.split("/")) for value in values)


@schemathesis.hook
def filter_failure(context, failure, case, response):
    # Of such a list each entry has its own status.
    if isinstance(failure, AcceptedNegativeData) and isinstance(case.body, dict) and LISTS.intersection(case.body):
        return False
    if not isinstance(failure, RejectedPositiveData) or response.status_code != 400:
        return True
    errors = response.json()["errors"]
    return not errors or not all(is_told(context.operation, case, error) for error in errors)


def is_told(operation, case, error):
    operation_id = operation.definition.raw["operationId"]
    told = (operation_id, error["pointer"], error["detail"])
    if any(all(map(re.fullmatch, rule, told)) for rule in RULES):
        return True
    value = at(case.body, error["pointer"])
    # JSON Schema takes 1.0 for an integer, and the API does not.
    if error["detail"] == "expected a whole number":
        return isinstance(value, float) and value.is_integer()
    # Blanks do not count for the least length.
    if re.fullmatch(r"expected (a text that is not empty|(from )?1 to \d+ characters|a language code .*)", error["detail"]):
        return isinstance(value, str) and not value.strip()
    return False


def at(value, pointer):
    for name in pointer.split("/")[1:]:
        name = name.replace("~1", "/").replace("~0", "~")
        if isinstance(value, list) and name.isdigit() and int(name) < len(value):
            value = value[int(name)]
        elif isinstance(value, dict) and name in value:
            value = value[name]
        else:
            return None
    return value
