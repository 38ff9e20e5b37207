// The operator's sessions at a QR gateway: each as the product tells it, and beside that how it stands outside.

import { $, act, ask, element, moment, plus, show, shown, text } from "./dom.js";
import { api } from "./messages.js";

const PAUSE = 2_000;
const LONG_PAUSE = 10_000;

let next = 0;
let told = [];
let outside = [];

const isSeen = () => $("sessions").offsetParent !== null;

// Asks anew while the section is seen. The product is asked less often while it has no sessions to tell of, or cannot.
export async function refreshSessions() {
  if (!isSeen() || !shown.operatorKey) return;
  outside = (await ask("GET", "world/sessions")).sessions;
  if (Date.now() >= next && !shown.disturbed) {
    next = Date.now() + PAUSE;
    try {
      told = (await api("/sessions")).sessions ?? [];
      text($("sessions-trouble"), "");
    } catch (error) {
      next = Date.now() + LONG_PAUSE;
      text($("sessions-trouble"), `The product does not tell its sessions: ${error.message}`);
    }
  }
  list();
}

// The product's name for a session is its name at the gateway, or a part of that.
const isOf = (session, one) => one.session === session.session_id || one.session.includes(session.session_id);

function list() {
  const known = told.map((session) => ({ ...session, key: session.session_id, outside: outside.find((one) => isOf(session, one)) }));
  const strange = outside.filter((one) => !told.some((session) => isOf(session, one)))
    .map((one) => ({ key: one.session, outside: one, strange: true }));
  const all = [...known, ...strange];
  show($("sessions"), all, (one) => one.key, makeSession, updateSession);
  $("no-sessions").hidden = all.length > 0;
}

function makeSession(one) {
  const name = one.key;
  const path = (session, what) => `world/sessions/${encodeURIComponent(session)}/${what}`;
  const node = element("li", {},
    element("div", {}, element("strong"), " ", element("span", { className: "about" })),
    element("div", {}, element("code", { textContent: name })),
    element("div", { className: "about" }),
    element("img", { className: "qr", alt: `Code of session ${name}`, hidden: true }));
  const button = (label, done, doing) => {
    const made = element("button", { type: "button", className: "small", textContent: label, ariaLabel: `${label} ${name}` });
    made.addEventListener("click", () => act(done, doing()));
    return made;
  };
  node.append(element("div", { className: "row" },
    button("Scan it", `The code of ${name} was scanned`, async () => {
      await ask("POST", path(node.dataset.outside, "scan"), { phone: $("scan-phone").value });
      anotherPhone();
    }),
    button("Disconnect", `${name} has fallen`, () =>
      ask("POST", path(node.dataset.outside, "disconnect"), { reason: Number($("fall-reason").value) })),
    button("Stop", `${name} is stopped`, () => {
      next = 0;
      return api(`/sessions/${encodeURIComponent(name)}/stop`, "POST");
    })));
  return node;
}

function updateSession(node, one) {
  const [head, , below, picture, buttons] = node.children;
  const real = one.outside;
  node.dataset.outside = real?.session ?? "";
  text(head.children[0], one.strange ? "Of nobody" : `User ${one.user_id}`);
  text(head.children[1], one.strange ? "the product does not tell of it" : `${words(one.status)} · ${one.connection}`);
  const since = one.since ? `since ${moment(one.since)}, ${known(one.evidence)}` : "";
  const there = real ? `at ${real.gateway}: ${words(real.state)}${real.number ? ` as ${plus(real.number)}` : ""}` : "not at the gateway";
  const last = real?.reason ? `last fall ${real.reason}` : "";
  text(below, [since, there, last].filter(Boolean).join(" · "));
  qr(picture, one);
  const [scan, fall, stop] = buttons.children;
  scan.disabled = !real?.code;
  fall.disabled = !["connecting", "code", "open", "fallen"].includes(real?.state);
  stop.disabled = one.strange || one.status === "stopped";
}

const words = (name) => name.replaceAll("_", " ");

// How the product knows how a session stands: api::sessions::Evidence.
const SOURCES = { webhook: "told by a webhook", answer: "the gateway was asked", timeout: "nothing came in time", request: "asked for by a caller" };
const known = ({ source, reason }) => `${SOURCES[source] ?? words(source)}${reason ? ` (${reason})` : ""}`;

// The product's own picture of the code, fetched once for each code: it needs a key, so it is no plain address.
async function qr(picture, one) {
  const shows = one.qr?.code ?? one.qr?.expires_at ?? "";
  if (picture.dataset.shows === shows) return;
  picture.dataset.shows = shows;
  picture.hidden = true;
  if (!shows) return;
  try {
    const options = { headers: { "x-api-key": shown.operatorKey }, signal: AbortSignal.timeout(15_000) };
    const response = await fetch(`/sessions/${encodeURIComponent(one.session_id)}/qr.svg`, options);
    if (!response.ok || picture.dataset.shows !== shows) return;
    picture.src = `data:image/svg+xml,${encodeURIComponent(await response.text())}`;
    picture.title = one.qr.expires_at ? `good until ${moment(one.qr.expires_at)}` : "";
    picture.hidden = false;
  } catch { /* the code is shown at the next one */ }
}

// Each scan has a phone of its own, unless another is written.
function anotherPhone() {
  const phone = $("scan-phone");
  const digits = phone.value.replace(/\D/g, "");
  if (digits) phone.value = String(BigInt(digits) + 1n);
}

$("start-form").addEventListener("submit", (event) => {
  event.preventDefault();
  const wish = $("start-user").value.trim();
  next = 0;
  act(`A session of user ${wish} is opened`, api("/start", "POST", { user_id: /^\d+$/.test(wish) ? Number(wish) : wish }));
});

$("storm").addEventListener("click", () => {
  const storm = async () => {
    const { fallen } = await ask("POST", "world/storm", { reason: Number($("fall-reason").value) });
    if (!fallen) throw new Error("no session is open");
  };
  act("All open sessions have fallen", storm());
});
