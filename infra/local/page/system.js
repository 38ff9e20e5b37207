// What runs behind the phones: queues, meter, schedules, functions, and how long things take outside.

import { $, act, ask, count, element, moment, number, press, show, shown, text, usd } from "./dom.js";

export async function refreshSystem() {
  const state = await ask("GET", "state");
  shown.now = state.now;
  const now = new Date(state.now);
  text($("clock").children[0], `${now.toLocaleDateString([], { dateStyle: "medium" })}, `);
  text($("clock").children[1], now.toLocaleTimeString([], { timeStyle: "medium", hourCycle: "h23" }));
  $("clock").dateTime = state.now;
  meter(state.meter);
  queues(state.queues ?? []);
  functions(state.functions ?? []);
  // The page's own reading of messages is no news.
  shown.work = (state.functions ?? []).reduce((sum, one) => sum + (one.name === "messages" ? 0 : one.invocations), 0);
  schedules(state.schedules ?? []);
}

const cells = (row, values) => values.forEach((value, index) => { if (value !== null) text(row.children[index], value); });
const row = (name, numbers, ...more) => element("tr", {}, element("th", { scope: "row", textContent: name }),
  ...Array.from({ length: numbers }, () => element("td", { className: "num" })), ...more);

// A row whose name opens a look behind it.
function rowWithLook(name, what, look, numbers, ...more) {
  const button = element("button", { type: "button", className: "plain", textContent: name, title: what, ariaLabel: `${what} ${name}` });
  button.addEventListener("click", () => look(name));
  const node = row("", numbers, ...more);
  node.firstChild.append(button);
  return node;
}

function meter(report) {
  if (!report) return;
  const rows = Object.entries(report.tables ?? {}).map(([name, use]) => {
    const indexes = Object.values(use.indexes ?? {});
    const sum = (kind) => use[kind] + indexes.reduce((total, index) => total + index[kind], 0);
    return { name, requests: use.requests, units: `${number(sum("read_units"))} R + ${number(sum("write_units"))} W`, usd: use.usd };
  });
  const total = (kind) => Object.values(report[kind] ?? {}).reduce((sum, use) => ({
    requests: sum.requests + (use.requests ?? use.invocations ?? use.events ?? (use.writes_and_lists ?? 0) + (use.reads ?? 0)) + (use.idle_polls ?? 0),
    gb: sum.gb + (use.gb_seconds ?? 0), usd: sum.usd + use.usd }), { requests: 0, gb: 0, usd: 0 });
  const functions = total("functions");
  rows.push({ name: "Functions", requests: functions.requests, units: `${number(functions.gb)} GB-s`, usd: functions.usd },
    { name: "Queues, with idle polls", ...total("queues"), units: "" }, { name: "Event bus", ...total("buses"), units: "" },
    { name: "Buckets", ...total("buckets"), units: "" },
    { name: "HTTP API", requests: report.api?.requests, units: "", usd: report.api?.usd });
  show($("meter"), rows, (one) => one.name, (one) => row(one.name, 3), (node, one) => {
    cells(node, [one.name, number(one.requests), one.units, usd(one.usd)]);
  });
  text($("usd"), usd(report.usd?.total));
}

function queues(list) {
  show($("queues"), list, (queue) => queue.name, (queue) => rowWithLook(queue.name, "Messages of", messages, 4), (node, queue) => {
    cells(node, [null, queue.visible, queue.delayed, queue.in_flight]);
    const dead = node.lastChild;
    dead.classList.toggle("bad", queue.dead > 0);
    if (dead.dataset.dead === String(queue.dead)) return;
    dead.dataset.dead = queue.dead;
    const path = `queues/${encodeURIComponent(queue.name)}/redrive`;
    const again = press("Redrive", queue.name, `Dead letters of ${queue.name} go back`, path);
    dead.replaceChildren(String(queue.dead), ...(queue.dead ? [" ", again] : []));
  });
  count($("dead-total"), list.reduce((sum, queue) => sum + queue.dead, 0), "dead letters");
}

function functions(list) {
  const make = ({ name }) => rowWithLook(name, "Log of", logs, 3, element("td", { className: "num" },
    press("Kill", name, `${name} was killed`, `functions/${encodeURIComponent(name)}/kill`)));
  show($("functions"), list, (one) => one.name, make, (node, one) => {
    cells(node, [null, one.instances, number(one.invocations), number(one.errors)]);
    node.children[1].title = `${one.busy ?? 0} at work`;
    node.children[3].classList.toggle("bad", one.errors > 0);
    node.lastChild.firstChild.disabled = !one.instances;
  });
}

function schedules(list) {
  const make = ({ name }) => row(name, 0, element("td"), element("td", { className: "num" },
    press("Fire", name, `${name} was fired`, `schedules/${encodeURIComponent(name)}/fire`)));
  show($("schedules"), list, (one) => one.name, make, (node, one) => {
    const next = one.next ? `, next ${moment(one.next)}` : "";
    text(node.children[1], one.last_error ? `${one.expression}: ${one.last_error}` : `${one.expression}${next}`);
    node.children[1].classList.toggle("bad", Boolean(one.last_error));
  });
}

// A look behind a row: native dialog, so Escape closes it and the focus goes back.
async function look(title, path, words) {
  text($("look-title"), title);
  text($("look-text"), "…");
  $("look").showModal();
  try {
    text($("look-text"), words(await ask("GET", path)));
  } catch (error) {
    text($("look-text"), error.message);
  }
}

function messages(name) {
  const lines = (list) => (list.length ? list.map((one) => `${one.standing}, received ${one.receive_count} times, sent ${moment(one.sent_at)}\n`
    + JSON.stringify(one.body, null, 2)).join("\n\n") : "none");
  look(`Messages of ${name}`, `queues/${encodeURIComponent(name)}`, (answer) => `WAITING\n${lines(answer.messages)}\n\nDEAD\n${lines(answer.dead_letters)}`);
}

function logs(name) {
  look(`Log of ${name}`, `functions/${encodeURIComponent(name)}/logs`, (answer) => answer.lines.join("\n") || "nothing logged yet");
}

for (const button of $("jump").querySelectorAll("button")) {
  const seconds = Number(button.dataset.jump);
  button.ariaLabel = `Clock forward by ${button.textContent}`;
  button.addEventListener("click", () => act(`The clock is ${button.textContent} further`, ask("POST", "clock", { advance_seconds: seconds })));
}

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
