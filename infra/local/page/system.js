// What runs behind the phones: meter, queues, functions, schedules, and what goes wrong.

import { $, act, ask, count, element, number, show, shown, text, usd } from "./dom.js";

// What a press may set, by name; the kinds are those of world::FaultKind.
const FAULTS = [
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
  ["Webhook twice", { kind: "webhook_twice" }],
  ["Webhook 5 s late", { kind: "webhook_late", milliseconds: 5_000 }],
  ["Webhook out of order", { kind: "webhook_out_of_order" }],
  ["Webhook lost", { kind: "webhook_lost" }],
  ["Webhook with bad signature", { kind: "bad_signature" }],
];

// These stand as switches: to count them would mean nothing.
const SWITCHES = ["pair_rate", "window_at_once", "refuse_connection", "disconnected"];

FAULTS.forEach(([name], index) => $("fault-kind").append(element("option", { value: index, textContent: name })));

export async function refreshSystem() {
  const [state, faults] = await Promise.all([ask("GET", "state"), ask("GET", "world/faults")]);
  shown.now = state.now;
  text($("clock"), new Date(state.now).toLocaleString([], { dateStyle: "medium", timeStyle: "medium", hourCycle: "h23" }));
  $("clock").dateTime = state.now;
  meter(state.meter);
  queues(state.queues ?? []);
  functions(state.functions ?? []);
  schedules(state.schedules ?? []);
  show($("faults"), faults.faults, (fault) => fault.id, makeFault, updateFault);
}

const cells = (row, values) => values.forEach((value, index) => text(row.children[index], value));
const row = (name, numbers, ...more) => element("tr", {}, element("th", { scope: "row", textContent: name }),
  ...Array.from({ length: numbers }, () => element("td", { className: "num" })), ...more);

function press(label, name, done, path, body) {
  const button = element("button", { type: "button", className: "small", textContent: label, ariaLabel: `${label} ${name}` });
  button.addEventListener("click", () => act(done, ask("POST", path, body)));
  return button;
}

function meter(report) {
  if (!report) return;
  const rows = Object.entries(report.tables ?? {}).map(([name, use]) => {
    const indexes = Object.values(use.indexes ?? {});
    const sum = (kind) => use[kind] + indexes.reduce((total, index) => total + index[kind], 0);
    return { name, requests: use.requests, units: `${number(sum("read_units"))} R + ${number(sum("write_units"))} W`, usd: use.usd };
  });
  const total = (kind) => Object.values(report[kind] ?? {}).reduce((sum, use) => ({
    requests: sum.requests + (use.requests ?? use.invocations ?? use.events ?? 0) + (use.idle_polls ?? 0),
    gb: sum.gb + (use.gb_seconds ?? 0), usd: sum.usd + use.usd }), { requests: 0, gb: 0, usd: 0 });
  const functions = total("functions");
  rows.push({ name: "Functions", requests: functions.requests, units: `${number(functions.gb)} GB-s`, usd: functions.usd },
    { name: "Queues, with idle polls", ...total("queues"), units: "" }, { name: "Event bus", ...total("buses"), units: "" },
    { name: "HTTP API", requests: report.api?.requests, units: "", usd: report.api?.usd });
  show($("meter"), rows, (one) => one.name, (one) => row(one.name, 3), (node, one) => {
    cells(node, [one.name, number(one.requests), one.units, usd(one.usd)]);
  });
  text($("usd"), usd(report.usd?.total));
}

function queues(list) {
  show($("queues"), list, (queue) => queue.name, (queue) => row(queue.name, 4), (node, queue) => {
    cells(node, [queue.name, queue.visible, queue.delayed, queue.in_flight]);
    const dead = node.lastChild;
    dead.classList.toggle("bad", queue.dead > 0);
    if (dead.dataset.dead === String(queue.dead)) return;
    dead.dataset.dead = queue.dead;
    const path = `queues/${encodeURIComponent(queue.name)}/redrive`;
    const again = press("Redrive", queue.name, `Dead letters of ${queue.name} go back`, path);
    dead.replaceChildren(String(queue.dead), ...(queue.dead ? [" ", again] : []));
  });
  count($("dead-total"), list.reduce((sum, queue) => sum + queue.dead, 0));
}

function functions(list) {
  const make = ({ name }) => row(name, 3, element("td", { className: "num" },
    press("Kill", name, `${name} was killed`, `functions/${encodeURIComponent(name)}/kill`)));
  show($("functions"), list, (one) => one.name, make, (node, one) => {
    cells(node, [one.name, one.instances, number(one.invocations), number(one.errors)]);
    node.children[3].classList.toggle("bad", one.errors > 0);
    node.lastChild.firstChild.disabled = !one.instances;
  });
}

function schedules(list) {
  const make = ({ name, expression }) => row(name, 0, element("td", { textContent: expression }), element("td", { className: "num" },
    press("Fire", name, `${name} was fired`, `schedules/${encodeURIComponent(name)}/fire`)));
  show($("schedules"), list, (one) => one.name, make, () => {});
}

for (const button of $("jump").querySelectorAll("button")) {
  const seconds = Number(button.dataset.jump);
  button.ariaLabel = `Clock forward by ${button.textContent}`;
  button.addEventListener("click", () => act(`The clock is ${button.textContent} further`, ask("POST", "clock", { advance_seconds: seconds })));
}

// Faults ---------------------------------------------------------------------------------------------------------

function makeFault(fault) {
  const clear = element("button", { type: "button", className: "small", textContent: "Clear", ariaLabel: `Clear ${named(fault)}` });
  clear.addEventListener("click", () => act("Fault cleared", ask("DELETE", `world/faults/${fault.id}`)));
  return element("li", {}, element("span"), clear);
}

function updateFault(node, fault) {
  const often = fault.times ? ` of ${fault.times}` : fault.probability ? ` (1 in ${Math.round(1 / fault.probability)})` : "";
  const whom = fault.to ? ` for +${fault.to}` : fault.sender ? ` for ${businessOf(fault.sender)}` : "";
  node.classList.toggle("spent", fault.times !== null && fault.hits >= fault.times);
  text(node.firstChild, `${named(fault)}${whom}: struck ${fault.hits}${often}`);
}

const businessOf = (sender) => shown.businesses.find((one) => one.sender === sender)?.name ?? sender;

function named(fault) {
  const same = (kind) => Object.entries(kind).every(([key, value]) => fault[key] === value);
  const names = FAULTS.filter(([, kind]) => same(kind)).sort((a, b) => Object.keys(b[1]).length - Object.keys(a[1]).length);
  return names[0]?.[0] ?? fault.kind.replaceAll("_", " ");
}

$("fault-form").addEventListener("submit", (event) => {
  event.preventDefault();
  const fault = { ...FAULTS[$("fault-kind").value][1] };
  const scope = $("fault-scope").value;
  if (scope !== "all" && !shown.sender) {
    act("", Promise.reject(new Error("no chat is open")));
    return;
  }
  if (scope !== "all") fault.sender = shown.sender;
  if (scope === "person") fault.to = shown.phone;
  const times = $("fault-times").value;
  if (times === "p10") fault.probability = 0.1; else if (times && !SWITCHES.includes(fault.kind)) fault.times = Number(times);
  act("Fault set", ask("POST", "world/faults", fault));
});

// Habits ---------------------------------------------------------------------------------------------------------

const HABITS = ["answer", "delivered", "read"];

ask("GET", "world/habits").then((habits) => {
  for (const name of HABITS) $(`habit-${name}`).value = habits[name] ?? "";
}).catch(() => { /* the poll says that there is no connection */ });

$("habits-form").addEventListener("submit", (event) => {
  event.preventDefault();
  const set = async () => {
    const habits = await ask("GET", "world/habits");
    for (const name of HABITS) {
      const value = $(`habit-${name}`).value.trim();
      if (!/^\d*$/.test(value)) throw new Error("whole milliseconds only");
      habits[name] = value === "" ? (name === "read" ? null : 0) : Number(value);
    }
    await ask("PUT", "world/habits", habits);
  };
  act("Habits set", set());
});
