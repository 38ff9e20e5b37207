// What goes wrong: at the gateways, with webhooks, at DynamoDB, with queues.

import { $, act, ask, element, press, show, shown, text } from "./dom.js";
import { whilePaused } from "./messages.js";

// What a press may set. Those of gateways and webhooks are world::FaultKind, the others as local::control::faults says.
const GROUPS = {
  "Gateway": [
    ["Answer lost (accepted, connection closed)", { kind: "answer_lost" }],
    ["Request lost (not accepted, connection closed)", { kind: "request_lost" }],
    ["Connection refused", { kind: "refuse_connection" }],
    ["Answer after 15 s", { kind: "slow", milliseconds: 15_000 }],
    ["429, again after 5 s", { kind: "status", status: 429, retry_after: 5 }],
    ["500", { kind: "status", status: 500 }],
    ["500, but accepted", { kind: "status", status: 500, accepted: true }],
    ["503", { kind: "status", status: 503, retry_after: 2 }],
    ["504", { kind: "status", status: 504 }],
    ["Sender disconnected", { kind: "disconnected" }],
    ["130429 throughput reached", { kind: "error_code", code: 130429 }],
    ["131056 too many to one person", { kind: "error_code", code: 131056 }],
    ["131048 spam restriction", { kind: "error_code", code: 131048 }],
    ["190 token expired", { kind: "error_code", code: 190 }],
    ["131026 undeliverable, told later", { kind: "fail_later", code: 131026 }],
    ["131049 healthy ecosystem, told later", { kind: "fail_later", code: 131049 }],
    ["131047 at once, not later", { kind: "window_at_once" }],
    ["Pair rate enforced", { kind: "pair_rate" }],
  ],
  "Session": [
    ["Session stays connecting", { kind: "stuck_connecting" }],
    ["Session falls 5 s after each opening (440)", { kind: "falls_again", milliseconds: 5_000, reason: 440 }],
    ["Opening a session answers 500", { kind: "status", status: 500, call: "open" }],
    ["Opening a session: answer lost", { kind: "answer_lost", call: "open" }],
    ["Asking for a session answers 500", { kind: "status", status: 500, call: "look" }],
  ],
  "Webhook": [
    ["Webhook twice", { kind: "webhook_twice" }],
    ["Webhook 5 s late", { kind: "webhook_late", milliseconds: 5_000 }],
    ["Webhook out of order", { kind: "webhook_out_of_order" }],
    ["Webhook lost", { kind: "webhook_lost" }],
    ["Webhook with bad signature", { kind: "bad_signature" }],
  ],
  "DynamoDB": [
    ["DynamoDB throttles", { service: "dynamodb", kind: "throttled" }],
    ["DynamoDB transaction conflict", { service: "dynamodb", kind: "transaction_conflict", operation: "TransactWriteItems" }],
    ["DynamoDB internal error", { service: "dynamodb", kind: "internal_error" }],
    ["DynamoDB answer lost after the commit", { service: "dynamodb", kind: "answer_lost" }],
  ],
  "Queue send-transactional": [
    ["Queue delivers twice", { service: "sqs", queue: "send-transactional", kind: "deliver_twice" }],
    ["Queue loses the answer to a send", { service: "sqs", queue: "send-transactional", kind: "lose_send_answer" }],
    ["Queue loses a delete", { service: "sqs", queue: "send-transactional", kind: "lose_delete" }],
    ["Queue refuses a send", { service: "sqs", queue: "send-transactional", kind: "refuse_send" }],
  ],
};
const FAULTS = Object.values(GROUPS).flat();

// These stand as switches: to count them would mean nothing.
const SWITCHES = ["pair_rate", "window_at_once", "refuse_connection", "disconnected", "stuck_connecting"];

for (const [group, faults] of Object.entries(GROUPS)) {
  const options = faults.map(([name]) => element("option", { value: name, textContent: name }));
  $("fault-kind").append(element("optgroup", { label: group }, ...options));
}

// When a fault was last set here: what was asked before says nothing of it.
let lastSet = 0;

export async function refreshFaults() {
  const asked = performance.now();
  const { faults, dynamodb } = await ask("GET", "faults");
  const all = [...faults, ...(dynamodb ?? []).map((fault, index) => ({ ...fault, service: "dynamodb", id: `dynamodb ${index}` }))];
  if (asked >= lastSet) shown.disturbed = (dynamodb ?? []).length > 0;
  show($("faults"), all, (fault) => fault.id, makeFault, updateFault);
}

function makeFault(fault) {
  const clear = fault.service ? [] : [press("Clear", named(fault), "Fault cleared", `faults/${fault.id}`, undefined, "DELETE")];
  return element("li", {}, element("span"), ...clear);
}

function updateFault(node, fault) {
  const spent = fault.times != null && fault.hits >= fault.times;
  node.classList.toggle("spent", spent);
  const whom = fault.to ? ` for +${fault.to}` : fault.sender ? ` for ${businessOf(fault.sender)}` : fault.table ? ` at ${fault.table}` : "";
  const often = fault.times ? ` of ${fault.times}` : fault.probability ? ` (1 in ${Math.round(1 / fault.probability)})` : "";
  const struck = fault.service ? (fault.times ? `${fault.times} times more` : "until cleared") : `struck ${fault.hits}${often}`;
  text(node.firstChild, `${named(fault)}${whom}: ${struck}`);
}

const businessOf = (sender) => shown.businesses.find((one) => one.sender === sender)?.name ?? sender;

function named(fault) {
  const same = (rule) => rule.service === fault.service && Object.entries(rule).every(([key, value]) => fault[key] === value);
  const names = FAULTS.filter(([, rule]) => same(rule)).sort((a, b) => Object.keys(b[1]).length - Object.keys(a[1]).length);
  return names[0]?.[0] ?? fault.kind.replaceAll("_", " ");
}

$("fault-form").addEventListener("submit", (event) => {
  event.preventDefault();
  const fault = { ...FAULTS.find(([name]) => name === $("fault-kind").value)[1] };
  const outside = !fault.service;
  const scope = $("fault-scope").value;
  const times = $("fault-times").value;
  const hindrance = !outside && scope !== "all" ? "such a fault strikes everybody"
    : !outside && times === "p10" ? "such a fault strikes by number, or until cleared"
    : fault.service === "sqs" && !times ? "a queue’s fault strikes by number"
    : scope !== "all" && !shown.sender ? "no chat is open" : null;
  if (hindrance) {
    act("", Promise.reject(new Error(hindrance)));
    return;
  }
  if (scope !== "all") fault.sender = shown.sender;
  if (scope === "person") fault.to = shown.phone;
  if (times === "p10") fault.probability = 0.1;
  else if (Number(times) && !SWITCHES.includes(fault.kind)) fault.times = Number(times);
  const set = async () => {
    await ask("POST", "faults", fault);
    lastSet = performance.now();
    shown.disturbed ||= fault.service === "dynamodb";
  };
  act("Fault set", whilePaused(set));
});

$("clear-faults").addEventListener("click", () => act("All faults cleared", ask("DELETE", "faults")));
