// Asking the laptop, and building the page. What people write is only ever set as textContent.

export const $ = (id) => document.getElementById(id);

// What is open, and what was last heard.
export const shown = { sender: null, phone: null, chat: null, version: null, now: null, businesses: [], whole: new Set(),
  // The API's side: its keys and businesses, calls of its functions, and the records of messages.
  operatorKey: null, book: [], work: null, records: [], ofPerson: [],
  // Whether a fault at DynamoDB stands.
  disturbed: false };

export async function ask(method, path, body) {
  const options = { method, signal: AbortSignal.timeout(15_000) };
  if (body !== undefined) {
    options.headers = { "content-type": "application/json" };
    options.body = JSON.stringify(body);
  }
  const response = await fetch(`/_local/${path}`, options);
  const text = await response.text();
  let answer = null;
  try { answer = text ? JSON.parse(text) : null; } catch { /* not every answer is JSON */ }
  if (!response.ok) throw new Error(answer?.error ?? `${response.status} ${response.statusText}`);
  return answer;
}

let noticeTimer;
export function notice(text) {
  $("notice").textContent = text;
  $("notice").hidden = false;
  clearTimeout(noticeTimer);
  noticeTimer = setTimeout(() => { $("notice").hidden = true; }, 4_000);
}

// Does something at a press; says so, or why not.
export async function act(done, promise) {
  try {
    await promise;
    notice(done);
  } catch (error) {
    notice(`That did not work: ${error.message}`);
  }
  document.dispatchEvent(new Event("changed"));
}

export function element(name, properties = {}, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (key in node) node[key] = value; else node.setAttribute(key, value);
  }
  node.append(...children);
  return node;
}

// Makes the children of `parent` stand for `items`, in order, and leaves alone what stays: focus and scroll keep.
export function show(parent, items, key, make, update) {
  const focused = document.activeElement;
  const names = items.map((item) => String(key(item)));
  const wanted = new Set(names);
  const old = new Map([...parent.children].map((node) => [node.dataset.key, node]));
  for (const [name, node] of old) if (!wanted.has(name)) node.remove();
  let before = parent.firstElementChild;
  items.forEach((item, index) => {
    let node = old.get(names[index]);
    if (!node) {
      node = make(item);
      node.dataset.key = names[index];
    }
    update(node, item);
    if (node === before) before = before.nextElementSibling; else parent.insertBefore(node, before);
  });
  // A node that was moved has lost the focus.
  if (focused !== document.activeElement && parent.contains(focused)) {
    focused.focus({ preventScroll: true });
    focused.scrollIntoView({ block: "nearest" });
  }
}

export function text(node, value) {
  const words = String(value ?? "");
  if (node.textContent !== words) node.textContent = words;
}

const CLOCK = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
export const time = (iso) => new Date(iso).toLocaleTimeString([], CLOCK);
export const moment = (iso) => new Date(iso).toLocaleString([], { weekday: "short", ...CLOCK });
export const day = (iso) => new Date(iso).toLocaleDateString([], { weekday: "short", day: "numeric", month: "long" });
export const number = (value) => (value ?? 0).toLocaleString("en", { maximumFractionDigits: 1 });
export const usd = (value) => (value ?? 0).toLocaleString("en", { style: "currency", currency: "USD", minimumFractionDigits: 6 });
export const plus = (phone) => `+${phone}`;

// A button that asks for something.
export function press(label, name, done, path, body, method = "POST") {
  const button = element("button", { type: "button", className: "small", textContent: label, ariaLabel: `${label} ${name}` });
  button.addEventListener("click", () => act(done, ask(method, path, body)));
  return button;
}

// A number in a badge, with the word that only a screen reader needs.
export function count(node, value, word) {
  node.hidden = !value;
  const number = value > 999 ? "999+" : String(value);
  if (node.firstChild?.textContent === number) return;
  node.replaceChildren(number, element("span", { className: "hidden", textContent: ` ${word}` }));
}

export function pane(name) {
  document.body.dataset.pane = name;
  // A wide screen has room for one of these beside the chat: the one that was last chosen.
  if (["business", "system"].includes(name)) document.body.dataset.side = name;
  for (const button of document.querySelectorAll("nav button")) {
    button.setAttribute("aria-pressed", String(button.dataset.show === name));
  }
}
