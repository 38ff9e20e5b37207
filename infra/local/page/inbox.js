// The inbox of the business that is chosen: its conversations, one of them with both sides, and who answers in it. A person
// answers by the API or on the business's own phone.

import { $, act, ask, element, moment, plus, show, shown, text } from "./dom.js";
import { business } from "./business.js";
import { api, sentence } from "./messages.js";

const PAUSE = 2_000;
// What changes seldom is asked for seldom.
const LONG_PAUSE = 10_000;
const MOST = 50;

let next = 0;
let nextStatus = 0;
let reading = null;
let of = null;
let open = null;

const isSeen = () => $("inbox").offsetParent !== null;
const about = (more = {}) => new URLSearchParams({ business_id: of, ...more });

// Asks anew while the pane is seen, and not all the time: the meter counts these requests too.
export async function refreshInbox() {
  const one = business();
  if (!one || !shown.operatorKey || !isSeen() || Date.now() < next || shown.disturbed) return;
  next = Date.now() + PAUSE;
  if (of !== one.business_id) [of, open] = [one.business_id, null];
  const now = `${of} ${open} ${$("inbox-state").value}`;
  reading = now;
  const path = `/api/conversations?${about({ state: $("inbox-state").value, limit: MOST })}`;
  const [list, whole] = await Promise.all([
    api(path), open ? api(`/api/conversations/${open}?${about({ limit: MOST })}`) : null]);
  if (reading !== now) return;
  conversations(list.conversations);
  conversation(whole);
  if (Date.now() >= nextStatus) {
    nextStatus = Date.now() + LONG_PAUSE;
    crm(await api(`/api/crm/status?${about()}`));
    notes(open && await api(`/api/customers/${open}?${about()}`));
  }
}

const counted = (count, one, many) => `${count.toLocaleString("en")} ${count === 1 ? one : many}`;
const money = ({ amount, currency }) => `${currency} ${amount}`;

// What the assistant has done in the last days, and what is to be done today.
function crm({ next_steps: steps, conversations: all }) {
  const cost = all.cost_each ? `, about ${money(all.cost_each)} each` : "";
  const said = `${counted(all.conversations, "conversation", "conversations")} ended in ${all.days} days, with ` +
    `${counted(all.answers, "answer", "answers")} for ${counted(all.tokens, "token", "tokens")}${cost}.`;
  const today = `Next steps today: ${steps.due} to be written, ${steps.waiting} waiting, ${steps.done} written, ` +
    `${steps.for_a_person} for a person.`;
  $("crm-status").hidden = false;
  text($("crm-status"), `${said} ${today}`);
}

// What the record says of the customer since the last conversation.
function notes(record) {
  const has = Boolean(record?.profile_status || record?.next_action);
  $("conversation-notes").hidden = !has;
  if (!has) return;
  const step = [record.next_action, record.next_action_date].filter(Boolean).join(" on ");
  text($("conversation-notes"), [record.profile_status, step, record.crm_reason].filter(Boolean).join(" · "));
}

const again = () => { next = 0; nextStatus = 0; refreshInbox().catch(() => { /* asked again at the next round */ }); };

$("inbox-state").addEventListener("change", again);
$("business-name").addEventListener("change", again);

const named = ({ name, phone }) => name ?? (phone ? plus(phone) : "Somebody");

function standing({ state, handover, waiting_since }) {
  if (handover?.stage === "taken") return `a person has it until ${moment(handover.until)}`;
  if (handover) return `waits for a person until ${moment(handover.until)}`;
  if (waiting_since && state === "open") return "the assistant is at it";
  return state === "open" ? "open" : "ended";
}

function conversations(all) {
  show($("conversations"), all, (one) => one.customer_id, makeLine, (node, one) => {
    const [button, words] = node.children;
    text(button, named(one));
    button.setAttribute("aria-pressed", String(one.customer_id === open));
    text(words, [standing(one), one.last_at ? moment(one.last_at) : ""].filter(Boolean).join(" · "));
    words.classList.toggle("human", one.state === "human");
  });
  $("no-conversations").hidden = all.length > 0;
}

function makeLine({ customer_id }) {
  const button = element("button", { type: "button", className: "plain" });
  button.addEventListener("click", () => { open = open === customer_id ? null : customer_id; again(); });
  return element("li", {}, button, " ", element("span", { className: "about" }));
}

const WHO = { customer: "Customer", person: "A person, on the phone" };
const BY = { assistant_answer: "Assistant", assistant_fallback: "Assistant", direct: "By the API" };

// A person who replies by a call has a record of the message; on the phone there is none.
const author = (one) => (one.message_id ? null : WHO[one.author]) ?? BY[one.message_type] ?? one.message_type.replaceAll("_", " ");

function conversation(whole) {
  $("conversation").hidden = !whole;
  if (!whole) return;
  const one = whole.conversation;
  text($("conversation-name"), named(one));
  text($("conversation-about"), standing(one));
  $("take-over").hidden = one.handover?.stage === "taken";
  $("give-back").hidden = !one.handover;
  const messages = [...whole.messages].reverse();
  const key = (it) => it.message_id ?? `${it.author} ${it.gateway_message_id}`;
  const log = $("conversation-log");
  const isAtEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 60;
  show(log, messages, key, makeMessage, updateMessage);
  if (isAtEnd) log.scrollTop = log.scrollHeight;
}

function makeMessage(one) {
  const side = one.author === "customer" ? "theirs" : "own";
  return element("li", { className: `bubble ${side}` },
    element("div", { className: "words", textContent: one.text }), element("div", { className: "why" }), element("div", { className: "about" }));
}

function updateMessage(node, one) {
  const [, why, line] = node.children;
  text(why, ["skipped", "failed"].includes(one.status) ? sentence(one) : "");
  node.classList.toggle("unsent", ["skipped", "failed"].includes(one.status));
  text(line, [author(one), one.status, moment(one.at)].filter(Boolean).join(" · "));
}

const turn = (does) => api(`/api/conversations/${open}/${does}?${about()}`, "POST");

$("next-steps").addEventListener("click", () =>
  act("Today’s next steps are taken", api(`/api/crm/execute-daily-actions?${about()}`, "POST").then(again)));
$("take-over").addEventListener("click", () => act("A person has the conversation", turn("takeover").then(again)));
$("give-back").addEventListener("click", () => act("The assistant has it again", turn("release").then(again)));

// By the API a person says with it that the conversation is theirs. On the phone the message itself says it.
async function reply(words) {
  if ($("reply-way").value === "api") {
    await api(`/api/messages?${about()}`, "POST", { customer_id: open, text: words, takeover: true });
  } else {
    const [sender] = business().senders;
    const { conversation: { phone } } = await api(`/api/conversations/${open}?${about({ limit: 1 })}`);
    await ask("POST", "world/by-hand", { sender, phone, text: words });
  }
  $("reply-text").value = "";
  again();
}

$("reply").addEventListener("submit", (event) => {
  event.preventDefault();
  const words = $("reply-text").value.trim();
  if (words && open) act("Written to the customer", reply(words));
});
$("reply-text").addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  $("reply").requestSubmit();
});
