// The page of the laptop run: no build step, no framework, nothing from elsewhere. `index.html` is served at `/`,
// the files beside it at `/_local/page/{file}`.
//
// It asks `/_local/*` once a second; the shapes are those of crate `local`, module `control`, and below
// `/_local/world/` those of `world::World::page_api`.

import { $, ask, pane, shown, text } from "./dom.js";
import { refreshBusiness } from "./business.js";
import { close, open, refreshChat } from "./chat.js";
import { refreshFaults } from "./faults.js";
import { refreshInbox } from "./inbox.js";
import { refreshKeys } from "./keys.js";
import { refreshMessages } from "./messages.js";
import { people } from "./people.js";
import { go, place } from "./route.js";
import "./search.js";
import { refreshSessions } from "./sessions.js";
import { refreshSystem } from "./system.js";
import { refreshUpstream } from "./upstream.js";

const EVERY = 1_000;

for (const button of document.querySelectorAll("nav button")) {
  button.addEventListener("click", () => go({ pane: button.dataset.show }));
}

async function refreshPeople() {
  const answer = await ask("GET", `world/contacts${shown.version === null ? "" : `?since=${shown.version}`}`);
  if (answer.unchanged) return;
  shown.businesses = answer.businesses;
  people();
  shown.version = answer.version;
}

// Shows what the address says.
function follow(focus) {
  const { pane: name, sender, phone } = place();
  const isOther = sender !== shown.sender || phone !== shown.phone;
  pane(name);
  if (isOther && sender) open(sender, phone);
  if (isOther && !sender) close();
  if (focus && sender) $("text").focus();
}

let asking = false;
async function poll() {
  if (asking) return;
  asking = true;
  const results = await Promise.allSettled([refreshPeople(), refreshChat(), refreshSystem(), refreshFaults(), refreshKeys(), refreshUpstream()]);
  refreshMessages();
  refreshSessions().catch(() => { /* asked again at the next round */ });
  refreshBusiness().catch(() => { /* asked again at the next round */ });
  refreshInbox().catch(() => { /* asked again at the next round */ });
  asking = false;
  const failed = results.find((result) => result.status === "rejected");
  $("connection").classList.toggle("bad", Boolean(failed));
  text($("connection"), failed ? `Not connected (${failed.reason.message}); trying again …` : "Running");
}

document.addEventListener("changed", poll);
document.addEventListener("gone", ({ detail }) => follow(detail.focus));
document.addEventListener("visibilitychange", () => { if (!document.hidden) poll(); });
await poll();
follow(false);
setInterval(() => { if (!document.hidden) poll(); }, EVERY);
