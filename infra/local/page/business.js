// The owner's side of one business: the diary of a day, proposals, campaigns with their progress, and what owners wrote.

import { $, act, element, moment, number, show, shown, text } from "./dom.js";
import { api } from "./messages.js";
import { lookAtReturns, makeReturns, updateReturns } from "./returns.js";

const PAUSE = 2_000;
const DAY = 86_400_000;

let next = 0;
let day = null;
let chosen = null;

const isSeen = () => $("business").offsetParent !== null;
const zoneOf = () => business()?.timezone || "UTC";
const dateIn = (zone, at) => new Intl.DateTimeFormat("en-CA", { timeZone: zone, dateStyle: "short" }).format(at);
const clock = (iso) => new Date(iso).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: zoneOf() });

// The business that is looked at.
export function business() {
  const ofChat = shown.book.find((one) => one.senders.includes(shown.sender));
  return shown.book.find((one) => one.business_id === chosen) ?? ofChat ?? shown.book[0];
}

// Another chat is open: its business is looked at.
document.addEventListener("opened", () => {
  const ofChat = shown.book.find((one) => one.senders.includes(shown.sender));
  if (ofChat) choose(ofChat.business_id);
});

function choose(id) {
  if (chosen === id) return;
  [chosen, day, next] = [id, null, 0];
}

const today = () => dateIn(zoneOf(), shown.now ? new Date(shown.now) : new Date());

// Asks anew while the pane is seen, and not all the time: the meter counts these requests too.
export async function refreshBusiness() {
  const one = business();
  if (!one || !shown.operatorKey || !isSeen() || Date.now() < next || shown.disturbed) return;
  next = Date.now() + PAUSE;
  chosen = one.business_id;
  day ??= today();
  list($("business-name"), shown.book, one.business_id);
  if ($("diary-day").value !== day) $("diary-day").value = day;
  const now = `${chosen} ${day}`;
  const about = new URLSearchParams({ business_id: chosen });
  const ofDay = new URLSearchParams({ business_id: chosen, date: day });
  const wrote = new URLSearchParams({ business_id: chosen, direction: "in", limit: 20 });
  const [diary, free, proposals, campaigns, written] = await Promise.all([
    api(`/api/appointments?${ofDay}`), api(`/api/appointments/slots?${ofDay}`), api(`/api/proposals?${about}`), api(`/api/campaigns?${about}`),
    api(`/api/messages?${wrote}`)]);
  const running = (campaigns.campaigns ?? []).filter((it) => it.status !== "draft").slice(0, 10);
  const progress = await Promise.all(running.map((it) => api(`/api/campaigns/${encodeURIComponent(it.campaign_id)}?${about}`)));
  const returns = await lookAtReturns(running, about.get("business_id"));
  if (now !== `${chosen} ${day}`) return;
  appointments(diary.appointments ?? [], free.slots ?? []);
  offers(proposals.proposals ?? []);
  bars(campaigns.campaigns ?? [], new Map(progress.map((it) => [it.campaign_id, { ...it, returns: returns.get(it.campaign_id) }])));
  words(written.inbound ?? []);
}

function list(select, all, now) {
  show(select, all, (one) => one.business_id, (one) => element("option", { value: one.business_id, textContent: one.name }), () => {});
  if (select.value !== now) select.value = now;
}

$("business-name").addEventListener("change", ({ target }) => { choose(target.value); refreshBusiness().catch(() => {}); });
$("diary-day").addEventListener("change", ({ target }) => { day = target.value || today(); next = 0; refreshBusiness().catch(() => {}); });
for (const [id, step] of [["diary-before", -DAY], ["diary-after", DAY]]) {
  $(id).addEventListener("click", () => {
    day = new Date(Date.parse(`${day ?? today()}T00:00:00Z`) + step).toISOString().slice(0, 10);
    next = 0;
    refreshBusiness().catch(() => {});
  });
}

const STATUS = { pending: "to be confirmed", confirmed: "confirmed", done: "done", cancelled: "cancelled", no_show: "did not come" };

function appointments(all, free) {
  const sorted = [...all].sort((a, b) => Date.parse(a.start) - Date.parse(b.start));
  show($("diary"), sorted, (one) => one.appointment_id,
    () => element("tr", {}, element("th", { scope: "row" }), element("td"), element("td"), element("td", { className: "num" })),
    (node, one) => {
      const [at, what, standing, price] = node.children;
      text(at, clock(one.start));
      text(what, [one.pet, one.customer_name, one.service].filter(Boolean).join(" · "));
      text(standing, STATUS[one.status] ?? one.status);
      text(price, one.price ?? "");
      node.classList.toggle("over", one.status === "cancelled" || one.status === "no_show");
    });
  const hours = free.map((slot) => clock(slot.start ?? slot));
  text($("diary-free"), hours.length ? `Free: ${hours.length} — ${hours.join(", ")}` : "Nothing is free on this day.");
  $("diary-none").hidden = sorted.length > 0;
}

const spoken = (name) => name.replaceAll("-", " ").replaceAll("_", " ");

function offers(all) {
  show($("proposals"), all.slice(0, 20), (one) => `${one.automation} ${one.date}`,
    () => element("li", {}, element("span"), " ", element("span", { className: "about" })),
    (node, one) => {
      const offer = one.offer ? `, ${one.offer} % off` : "";
      text(node.children[0], `${one.number ? `${one.number}. ` : ""}${spoken(one.automation)}: ${number(one.found)} ${one.found === 1 ? "person" : "people"}${offer}`);
      text(node.children[1], `${one.date} · ${one.status}`);
      node.classList.toggle("over", one.status !== "open");
    });
  $("no-proposals").hidden = all.length > 0;
}

// What owners wrote that answers no proposal.
function words(all) {
  show($("owners-words"), all, (one) => one.gateway_message_id,
    () => element("li", {}, element("span"), " ", element("span", { className: "about" })),
    (node, one) => {
      text(node.children[0], one.text);
      text(node.children[1], [ownerName(one.owner_number_id), moment(one.at)].filter(Boolean).join(" · "));
    });
  $("no-owners-words").hidden = all.length > 0;
}

const ownerName = (id) => shown.businesses.flatMap((one) => one.contacts).find((one) => one.owner_id === id)?.name;

// What a press does to a campaign, by its status.
const STEPS = {
  draft: ["start"], scheduled: ["start", "cancel"], running: ["pause", "cancel"], paused: ["resume", "cancel"], finished: [], cancelled: [],
};
const DONE = { start: "started", pause: "paused", resume: "resumed", cancel: "cancelled" };
const TAKEN = ["sent", "delivered", "read"];

function bars(all, progress) {
  const shownOnes = all.slice(0, 20).map((one) => ({ ...one, ...progress.get(one.campaign_id) }));
  show($("campaigns"), shownOnes, (one) => one.campaign_id, makeBar, updateBar);
  $("no-campaigns").hidden = all.length > 0;
}

function makeBar(one) {
  const bar = element("progress", { max: 1, value: 0, ariaLabel: `Progress of ${one.name}` });
  return element("li", {}, element("div", {}, element("strong"), " ", element("span", { className: "about" })), bar,
    element("div", { className: "about" }), element("div", { className: "why" }), element("div", { className: "row" }), makeReturns());
}

function updateBar(node, one) {
  const [head, bar, counts, why, steps, returns] = node.children;
  updateReturns(returns, one.returns);
  text(head.children[0], one.name);
  text(head.children[1], [one.status, one.expected_end && one.status === "running" ? `until about ${moment(one.expected_end)}` : ""].filter(Boolean).join(" · "));
  const known = Object.entries(one.counts ?? {}).filter(([, count]) => count > 0);
  const done = known.reduce((sum, [status, count]) => (status === "pending" ? sum : sum + count), 0);
  bar.max = Math.max(one.recipients ?? 0, 1);
  bar.value = one.status === "finished" ? bar.max : done;
  const went = known.reduce((sum, [status, count]) => (TAKEN.includes(status) ? sum + count : sum), 0);
  const leftOut = Object.entries(one.left_out ?? {}).map(([reason, count]) => `${number(count)} left out: ${spoken(reason)}`);
  const rest = known.filter(([status]) => !TAKEN.includes(status)).map(([status, count]) => `${number(count)} ${status}`);
  const read = known.find(([status]) => status === "read")?.[1];
  text(counts, [`${number(went)} of ${number(one.recipients ?? 0)} sent`, read ? `${number(read)} read` : "", ...rest, ...leftOut].filter(Boolean).join(" · "));
  text(why, one.reason ?? "");
  show(steps, STEPS[one.status] ?? [], (step) => step, (step) => {
    const button = element("button", { type: "button", className: "small", textContent: step[0].toUpperCase() + step.slice(1), ariaLabel: `${step} ${one.name}` });
    button.addEventListener("click", () => act(`${one.name} is ${DONE[step]}`, turn(one.campaign_id, step)));
    return button;
  }, () => {});
}

async function turn(campaign, step) {
  next = 0;
  await api(`/api/campaigns/${encodeURIComponent(campaign)}/${step}?${new URLSearchParams({ business_id: chosen })}`, "POST");
}
