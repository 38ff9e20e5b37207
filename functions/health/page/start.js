// The key stands in the field above. This tab keeps it over a reload, and nothing else keeps it. A link may bring one
// behind `#key=`, which reaches no server and no log; it is taken out of the address at once.
const KEPT = "recado-api-key";
const field = document.getElementById("key");
const state = document.getElementById("key-state");
const shows = document.getElementById("key-shows");

const kept = {
  get() { try { return sessionStorage.getItem(KEPT) ?? ""; } catch { return ""; } },
  set(key) { try { sessionStorage.setItem(KEPT, key); } catch { /* without storage it is gone after a reload */ } },
};

function takeBrought() {
  const brought = /^#key=(.*)$/.exec(location.hash);
  if (!brought) return false;
  history.replaceState(null, "", location.pathname);
  field.value = brought[1];
  return true;
}

field.value = kept.get();
takeBrought();

const ui = SwaggerUIBundle({
  url: "/openapi.json",
  dom_id: "#page",
  deepLinking: true,
  tryItOutEnabled: true,
  displayRequestDuration: true,
  defaultModelsExpandDepth: 0,
  onComplete: carry,
});

// Every request that is tried carries the key.
function carry() {
  const key = field.value.trim();
  kept.set(key);
  if (key) ui.preauthorizeApiKey("apiKey", key); else ui.authActions.logout(["apiKey"]);
  state.textContent = key ? "Requests that you try carry this key." : "Without a key almost every request is refused.";
}

field.addEventListener("input", carry);
addEventListener("hashchange", () => { if (takeBrought()) carry(); });
shows.addEventListener("click", () => {
  const hidden = field.type === "password";
  field.type = hidden ? "text" : "password";
  shows.textContent = hidden ? "Hide" : "Show";
});
document.getElementById("key-bar").addEventListener("submit", (event) => event.preventDefault());
