// The records of messages, as the API has them: why one was not sent, and as which template one went.

import { $, element, moment, plus, show, shown, text } from "./dom.js";
import { go } from "./route.js";

const MOST = 100;
const SHOWN = 30;
const PAUSE = 3_000;
const LONG_PAUSE = 10_000;

let heard = { chat: null, work: null };
let next = 0;
let reading = Promise.resolve();
let pauses = 0;

const chatNow = () => `${shown.sender} ${shown.phone} ${shown.chat?.customer_id}`;

// Does something while the page reads no messages.
export async function whilePaused(act) {
  pauses += 1;
  await reading;
  try {
    return await act();
  } finally {
    pauses -= 1;
  }
}

// Asks anew once a function has been at work, and not all the time: the meter counts these requests too. A fault at
// DynamoDB is meant for others, so nothing is asked while one stands.
export function refreshMessages() {
  const now = { chat: chatNow(), work: shown.work };
  const isOther = now.chat !== heard.chat;
  if (!shown.operatorKey || !(isOther || (now.work !== heard.work && Date.now() >= next))) return;
  if (pauses || shown.disturbed) {
    tell("Not read while a fault at DynamoDB stands.");
    return;
  }
  heard = now;
  next = Date.now() + PAUSE;
  reading = read(now);
}

async function read(now) {
  try {
    const lists = await Promise.all(shown.book.map((business) => messages(business)));
    shown.records = lists.flat();
    const found = await ofPerson();
    if (now.chat === chatNow()) shown.ofPerson = found;
    list();
  } catch (error) {
    next = Date.now() + LONG_PAUSE;
    heard.work = null;
    tell(`The messages cannot be read: ${error.message}`);
  }
  document.dispatchEvent(new Event("records"));
}

function tell(words) {
  $("no-unsent").hidden = !words;
  text($("no-unsent"), words);
}

// Asks the public API, as the operator.
export async function api(path, method = "GET", body = undefined) {
  const options = { method, headers: { "x-api-key": shown.operatorKey }, signal: AbortSignal.timeout(15_000) };
  if (body !== undefined) {
    options.headers["content-type"] = "application/json";
    options.body = JSON.stringify(body);
  }
  const response = await fetch(path, options);
  const answer = response.status === 204 ? null : await response.json();
  if (!response.ok) throw new Error(answer.title ?? answer.message ?? `${response.status}`);
  return answer;
}

async function messages({ business_id }, more = {}) {
  const query = new URLSearchParams({ business_id, limit: MOST, ...more });
  return (await api(`/api/messages?${query}`)).messages;
}

// The messages to the person whose chat is open.
async function ofPerson() {
  const { customer_id, owner_id } = shown.chat ?? {};
  const business = shown.book.find((one) => one.senders.includes(shown.sender));
  const mine = shown.records.filter((one) => (owner_id && one.owner_number_id === owner_id) || (customer_id && one.customer_id === customer_id));
  if (!business || !customer_id) return mine;
  const all = [...mine, ...await messages(business, { customer: customer_id })];
  return [...new Map(all.map((one) => [one.message_id, one])).values()];
}

// The record of a bubble, if it is known.
export const recordOf = (bubble) => (shown.ofPerson ?? [])
  .find((one) => one.gateway_message_id === bubble.id || one.message_id === bubble.callback_id);

export const unsent = (record) => ["skipped", "failed", "unknown"].includes(record.status)
  || (record.status === "pending" && Boolean(record.error_message));

// `opted_out: The person …` without its word, which is for programs; but a gateway's own words need it.
export function sentence({ error_message }) {
  const [, word, rest] = /^([a-z_]+): (.*)$/s.exec(error_message ?? "") ?? [null, "", error_message ?? ""];
  return !word || /^\p{Lu}/u.test(rest) ? rest : `${word.replaceAll("_", " ")}: ${rest}`;
}

export const standing = (record) => (record.status === "pending" ? "waits" : record.status);

export const sentAs = ({ sent_as }) => (sent_as ? `sent as template ${sent_as.template} (${sent_as.language})` : "");

function list() {
  const records = shown.records.filter(unsent).sort((a, b) => Date.parse(b.created_at) - Date.parse(a.created_at)).slice(0, SHOWN);
  show($("unsent"), records, (one) => `${one.business_id} ${one.message_id}`, makeRecord, updateRecord);
  tell(records.length ? "" : "None: everything went.");
}

function whom(record) {
  for (const business of shown.businesses) {
    const person = business.contacts.find((one) => (record.customer_id ? one.customer_id === record.customer_id
      : record.owner_number_id && one.owner_id === record.owner_number_id));
    const book = shown.book.find((one) => one.senders.includes(business.sender));
    if (person && book?.business_id === record.business_id) return { sender: business.sender, ...person };
  }
  return null;
}

function makeRecord(record) {
  const person = element("button", { type: "button", className: "plain" });
  person.addEventListener("click", () => {
    const found = whom(record);
    if (found) go({ pane: "phone", sender: found.sender, phone: found.phone }, true);
  });
  return element("li", {}, element("div", {}, person, " ", element("span", { className: "about" })), element("div", { className: "why" }));
}

function updateRecord(node, record) {
  const [head, why] = node.children;
  const found = whom(record);
  const business = shown.book.find((one) => one.business_id === record.business_id);
  text(head.children[0], found ? found.name ?? plus(found.phone) : "Somebody");
  head.children[0].disabled = !found;
  text(head.children[1], `${business?.name ?? ""} · ${record.message_type.replaceAll("_", " ")} · ${standing(record)} · ${moment(record.created_at)}`);
  text(why, sentence(record) || "no reason is known yet");
  node.classList.toggle("waits", record.status === "pending");
}
