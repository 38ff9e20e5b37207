// The operator's own service, as it stands outside: the batches that it was sent, and what goes wrong with it.

import { $, act, ask, element, number, press, show, shown, text } from "./dom.js";

const SHOWN = 20;

// What a press may set: world::UpstreamFault.
const FAULTS = [
  ["Down: connection refused", { kind: "down" }],
  ["Answer after 3 s", { kind: "slow", milliseconds: 3_000 }],
  ["500", { kind: "status", status: 500 }],
  ["429, again after 5 s", { kind: "status", status: 429, retry_after: 5 }],
  ["401 key refused", { kind: "status", status: 401 }],
  ["Items refused", { kind: "refused" }],
  ["Items put off: later", { kind: "later" }],
  ["One bad item: 400 for the whole batch", { kind: "bad_item" }],
  ["Garbage: HTML with 200", { kind: "garbage" }],
  ["Answer lost after the effect", { kind: "answer_lost" }],
];

$("upstream-kind").append(...FAULTS.map(([name]) => element("option", { value: name, textContent: name })));

export async function refreshUpstream() {
  if ($("upstream-batches").offsetParent === null) return;
  const [{ counts, batches }, { faults }] = await Promise.all([ask("GET", `world/upstream?limit=${SHOWN}`), ask("GET", "world/upstream/faults")]);
  counted(counts);
  show($("upstream-batches"), batches, (one) => `${one.batch_id} ${one.at}`, () => element("tr", {},
    element("th", { scope: "row" }), element("td", { className: "num" }), element("td"), element("td", { className: "num" })), batch);
  $("no-batches").hidden = batches.length > 0;
  show($("upstream-faults"), faults, (one) => one.id, makeFault, updateFault);
}

const many = (count, one, more) => `${number(count)} ${count === 1 ? one : more}`;

function counted(counts) {
  const rare = [[counts.repeated, "repeated"], [counts.out_of_order, "out of order"], [counts.expired_codes, "codes after their end"], [counts.turned_away, "requests turned away"]];
  const words = rare.filter(([count]) => count > 0).map(([count, what]) => `${number(count)} ${what}`);
  text($("upstream-counts"), [`${many(counts.accepted, "item", "items")} in ${many(counts.requests, "batch", "batches")}`, ...words,
    counts.accepted ? `stalest ${number(counts.stalest_ms)} ms` : ""].filter(Boolean).join(" · "));
}

function batch(node, one) {
  const [kind, size, answer, age] = node.children;
  text(kind, one.endpoint === "qr" ? "Codes" : "Status");
  text(size, one.items.length);
  const outcomes = one.items.map(([, outcome]) => outcome).filter((outcome) => outcome && outcome !== "accepted");
  text(answer, [one.answer ?? "no answer", ...new Set(outcomes)].join(", "));
  answer.classList.toggle("bad", one.answer !== 200);
  const seconds = Math.max(0, (Date.parse(shown.now ?? one.at) - Date.parse(one.at)) / 1_000);
  text(age, seconds < 120 ? `${Math.round(seconds)} s` : `${Math.round(seconds / 60)} min`);
  node.title = `stalest item ${one.stalest_ms} ms old, ${one.bytes} bytes`;
}

function makeFault(fault) {
  return element("li", {}, element("span"), press("Clear", named(fault), "Fault cleared", `world/upstream/faults/${fault.id}`, undefined, "DELETE"));
}

function updateFault(node, fault) {
  node.classList.toggle("spent", fault.times != null && fault.hits >= fault.times);
  const whom = fault.session ? ` for session ${fault.session}` : "";
  text(node.firstChild, `${named(fault)}${whom}: struck ${fault.hits}${fault.times ? ` of ${fault.times}` : ""}`);
}

function named(fault) {
  const same = ([, rule]) => Object.entries(rule).every(([key, value]) => fault[key] === value);
  return FAULTS.find(same)?.[0] ?? fault.kind.replaceAll("_", " ");
}

$("upstream-form").addEventListener("submit", (event) => {
  event.preventDefault();
  const fault = { ...FAULTS.find(([name]) => name === $("upstream-kind").value)[1] };
  const session = $("upstream-session").value.trim();
  if (session) fault.session = session;
  if ($("upstream-times").value) fault.times = Number($("upstream-times").value);
  act("Fault set", ask("POST", "world/upstream/faults", fault));
});

$("clear-upstream").addEventListener("click", () => act("All faults of the upstream cleared", ask("DELETE", "world/upstream/faults")));
