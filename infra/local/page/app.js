// The page of the laptop run: no build step, no framework, nothing from elsewhere. `index.html` is served at `/`,
// the files beside it at `/_local/page/{file}`.
//
// Routes it needs. Those under /_local/world/ come ready made: `world::World::page_api()` is an axum Router to be
// nested at /_local/world. The others belong to crate `local`. All answer JSON; a POST answers 2xx with any body.
//
//   GET  /_local/state → {
//     "now": "2026-11-21T12:00:00Z",                       the clock of the run
//     "queues":    [{"name": "send-message", "visible": 0, "delayed": 0, "in_flight": 0, "dead": 0}],
//     "meter":     aws::usage::Report, or null             tables, queues, functions, buses, api, usd
//     "schedules": [{"name": "run-due", "expression": "rate(1 minute)"}],
//     "functions": [{"name": "send-message", "instances": 2, "invocations": 40, "errors": 0}]
//   }
//   POST /_local/queues/{name}/redrive          dead letters go back to their queue
//   POST /_local/schedules/{name}/fire          now
//   POST /_local/functions/{name}/kill          kill -9 of all its processes
//   POST /_local/clock {"advance_seconds": 60}  the clock jumps forward

import { $, ask, pane, shown, text } from "./dom.js";
import { open, refreshChat } from "./chat.js";
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
  const results = await Promise.allSettled([refreshPeople(), refreshChat(), refreshSystem()]);
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
