// The page of the laptop run: no build step, no framework, nothing from elsewhere. `index.html` is served at `/`,
// the files beside it at `/_local/page/{file}`.
//
// It asks `/_local/*` once a second; the shapes are those of crate `local`, module `control`, and below
// `/_local/world/` those of `world::World::page_api`.

import { $, ask, pane, shown, text } from "./dom.js";
import { open, refreshChat } from "./chat.js";
import { refreshFaults } from "./faults.js";
import { people } from "./people.js";
import { refreshSystem } from "./system.js";

const EVERY = 1_000;

for (const button of document.querySelectorAll("nav button")) {
  button.addEventListener("click", () => pane(button.dataset.show));
}

async function refreshPeople() {
  const answer = await ask("GET", `world/contacts${shown.version === null ? "" : `?since=${shown.version}`}`);
  if (answer.unchanged) return;
  shown.businesses = answer.businesses;
  people();
  shown.version = answer.version;
}

function reopen() {
  const [sender, phone] = location.hash.slice(1).split("/");
  if (sender && /^\d{7,15}$/.test(phone ?? "")) open(decodeURIComponent(sender), phone, false);
}

let asking = false;
async function poll() {
  if (asking) return;
  asking = true;
  const results = await Promise.allSettled([refreshPeople(), refreshChat(), refreshSystem(), refreshFaults()]);
  asking = false;
  const failed = results.find((result) => result.status === "rejected");
  $("connection").classList.toggle("bad", Boolean(failed));
  text($("connection"), failed ? `Not connected (${failed.reason.message}); trying again …` : "Running");
}

document.addEventListener("changed", poll);
document.addEventListener("visibilitychange", () => { if (!document.hidden) poll(); });
await poll();
reopen();
setInterval(() => { if (!document.hidden) poll(); }, EVERY);
