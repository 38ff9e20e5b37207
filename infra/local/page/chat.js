// One person's chat with one business, as it stands on that person's phone.

import { $, act, ask, day, element, moment, plus, show, shown, text, time } from "./dom.js";
import { recordOf, sentAs, sentence, standing, unsent } from "./messages.js";
import { go, respell } from "./route.js";

const WORD = { accepted: "on its way", sent: "sent", delivered: "delivered", read: "read", failed: "failed" };
const FOR_PERSON = { accepted: "not yet taken by the webhook", delivered: "taken by the webhook", read: "read by the business" };

function ticks(bubble) {
  const words = bubble.from === "person" ? FOR_PERSON[bubble.tick] : WORD[bubble.tick];
  const sign = { accepted: "◷", sent: "✓", delivered: "✓✓", read: "✓✓", failed: "!" }[bubble.tick];
  const two = sign === "✓✓" ? "two" : "";
  return [element("span", { className: two, ariaHidden: "true", title: words, textContent: sign }),
    element("span", { className: "hidden", textContent: words })];
}

// Tells the document that another chat is `opened`.
export function open(sender, phone) {
  Object.assign(shown, { sender, phone, chat: null, ofPerson: [] });
  $("log").replaceChildren();
  atEnd = true;
  $("kind").value = "text";
  $("hide-phone").checked = false;
  $("profile-name").value = "";
  $("composer-error").hidden = true;
  $("no-chat").hidden = true;
  $("chat").hidden = false;
  document.dispatchEvent(new Event("opened"));
  chat();
  refreshChat().catch(() => { /* the poll says that there is no connection */ });
}

// No chat is open.
export function close() {
  Object.assign(shown, { sender: null, phone: null, chat: null, ofPerson: [] });
  $("no-chat").hidden = false;
  $("chat").hidden = true;
  document.dispatchEvent(new Event("opened"));
}

export async function refreshChat() {
  const { sender, phone } = shown;
  if (!sender) return;
  const seen = document.visibilityState === "visible" && $("phone").offsetParent !== null;
  const answer = await ask("GET", `world/chat?${new URLSearchParams({ sender, phone, seen })}`);
  if (shown.sender !== sender || shown.phone !== phone) return;
  shown.chat = answer;
  // The world knows each person under one spelling of the number.
  if (answer && answer.phone !== phone) {
    shown.phone = answer.phone;
    respell(sender, answer.phone);
  }
  chat();
}

function chat() {
  const business = shown.businesses.find((one) => one.sender === shown.sender);
  const view = shown.chat ?? { name: null, bubbles: [], gateway: business?.gateway, business: business?.name ?? "", number: business?.number ?? "" };
  text($("chat-name"), view.name ?? plus(shown.phone));
  text($("chat-about"), `${plus(shown.phone)} with ${view.business} (${plus(view.number)})`);
  text($("text-label"), `Message from ${view.name ?? plus(shown.phone)} to ${view.business}`);
  const badges = [view.role === "owner" ? ["owner"] : ["customer"]];
  if (view.gateway === "cloud_api") {
    const openWindow = view.window_until && (!shown.now || view.window_until > shown.now);
    badges.push(openWindow ? [`window open until ${moment(view.window_until)}`] : ["window closed: templates only", "warn"]);
  }
  if (view.without_phone) badges.push(["phone hidden", "warn"]);
  if (view.stopped_marketing) badges.push(["marketing stopped", "warn"]);
  for (const label of view.labels ?? []) badges.push([label]);
  show($("chat-badges"), badges, (badge) => badge[0], () => element("li"), (node, [words, kind]) => { text(node, words); node.className = kind ?? ""; });
  const cloud = view.gateway === "cloud_api";
  $("hide-phone-label").hidden = !cloud;
  $("stop-marketing").hidden = !cloud;
  text($("stop-marketing"), view.stopped_marketing ? "Resume marketing in WhatsApp" : "Stop marketing in WhatsApp");

  const log = $("log");
  const rows = [];
  let last = null;
  const written = [...view.bubbles, ...notSent(view.bubbles)].sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
  for (const bubble of written) {
    if (day(bubble.at) !== last) rows.push({ id: `day ${bubble.at}`, day: (last = day(bubble.at)) });
    rows.push(bubble);
  }
  show(log, rows, (row) => row.id, makeRow, updateRow);
  stay();
}

// Messages to this person that never reached the phone, each at the time it was made.
function notSent(bubbles) {
  const there = new Set(bubbles.map((bubble) => recordOf(bubble)?.message_id));
  const records = shown.ofPerson.filter((one) => unsent(one) && !there.has(one.message_id));
  return records.map((record) => ({ id: `record ${record.message_id}`, at: record.created_at, text: record.content.text, record }));
}

// A reader who has not scrolled up sees the newest bubble: as it comes, and when the pane opens or changes its size.
let atEnd = true;
function stay() {
  if (atEnd) $("log").scrollTop = $("log").scrollHeight;
}
$("log").addEventListener("scroll", ({ target }) => {
  if (target.clientHeight) atEnd = target.scrollHeight - target.scrollTop - target.clientHeight < 60;
});
new ResizeObserver(stay).observe($("log"));

function makeRow(row) {
  if (row.day) return element("p", { className: "day", textContent: row.day });
  const who = row.record ? "Not sent" : row.from === "person" ? "You" : shown.chat.business;
  const side = row.record ? "theirs unsent" : row.from === "person" ? "own" : "theirs";
  return element("div", { className: `bubble ${side}` },
    element("span", { className: "hidden", textContent: `${who}: ` }),
    element("div", { className: "words", textContent: row.text }),
    ...choices(row),
    element("div", { className: "why" }),
    element("div", { className: "about" }, element("span"), element("span"),
      element("time", { textContent: time(row.at), title: new Date(row.at).toLocaleString() }), element("span")));
}

// The buttons below a message. A tap is a reply of the person.
function choices(row) {
  if (!row.buttons?.length) return [];
  const button = ({ id, title }) => {
    const node = element("button", { type: "button", textContent: title });
    node.addEventListener("click", () => tap(row.id, id, title));
    return node;
  };
  return [element("div", { className: "choices" }, ...row.buttons.map(button))];
}

async function tap(asked, payload, title) {
  const { sender, phone } = shown;
  const reply = { sender, phone, text: title, kind: "reply", reply_to: asked, payload };
  await post({ ...reply, without_phone: $("hide-phone").checked });
}

function updateRow(node, row) {
  if (row.day) return;
  const record = row.record ?? (row.from === "business" ? recordOf(row) : undefined);
  const template = row.template ? `template ${row.template}` : row.kind === "text" ? "" : row.kind;
  const [kind, error, , sign] = node.lastChild.children;
  text(kind, row.record ? record.message_type.replaceAll("_", " ") : (record && sentAs(record)) || template);
  const why = record && unsent(record) ? `${standing(record)}: ${sentence(record) || "no reason is known yet"}` : "";
  text(node.querySelector(".why"), why);
  text(error, row.error && !why.includes(row.error) ? `error ${row.error}` : "");
  if (row.record || node.dataset.tick === row.tick) return;
  node.dataset.tick = row.tick;
  node.classList.toggle("failed", row.tick === "failed");
  sign.className = `ticks ${row.tick}`;
  sign.replaceChildren(...ticks(row));
}

async function send() {
  const words = $("text").value.trim();
  const kind = $("kind").value;
  if (!shown.sender || (!words && (kind === "text" || kind === "button"))) return;
  const name = $("profile-name").value.trim();
  const message = { sender: shown.sender, phone: shown.phone, text: words, kind, without_phone: $("hide-phone").checked };
  if (name) message.name = name;
  $("text").value = "";
  if (!(await post(message))) $("text").value = words;
}

async function post(message) {
  let sent = true;
  try {
    await ask("POST", "world/inbound", message);
  } catch (error) {
    sent = false;
    text($("composer-error"), `Not sent: ${error.message}`);
  }
  $("composer-error").hidden = sent;
  atEnd = true;
  stay();
  refreshChat().catch(() => {});
  return sent;
}

$("composer").addEventListener("submit", (event) => { event.preventDefault(); send(); });
document.addEventListener("records", () => { if (shown.sender) chat(); });
$("text").addEventListener("keydown", (event) => {
  if (event.key === "Escape") {
    event.preventDefault();
    go({ pane: "people" });
    (document.querySelector('.contact[aria-current="true"]') ?? $("search")).focus();
  }
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    send();
  }
});
$("stop-marketing").addEventListener("click", () => {
  const stop = !shown.chat?.stopped_marketing;
  const wish = { sender: shown.sender, phone: shown.phone, stop };
  act(stop ? "Marketing stopped in WhatsApp" : "Marketing resumed in WhatsApp", ask("POST", "world/marketing", wish));
});
