// The keys of this run: to copy, or to try the API with.

import { $, act, ask, element, show, shown, text } from "./dom.js";

export async function refreshKeys() {
  const { operator_key, businesses } = await ask("GET", "businesses");
  shown.operatorKey = operator_key;
  shown.book = businesses;
  const keys = businesses.flatMap((one) => one.keys.map(({ key, label }) => ({ key, label, name: one.name })));
  const all = [{ key: operator_key, name: "Operator", label: "all businesses" }, ...keys];
  show($("keys"), all, (one) => one.key, makeKey, () => {});
  const open = businesses.find((one) => one.senders.includes(shown.sender)) ?? businesses[0];
  const key = open?.keys[0];
  $("docs").href = docs(key?.key ?? operator_key);
  text($("docs-key"), ` with the key of ${key ? open.name : "the operator"}`);
}

// What stands behind # reaches no server and no log; the page takes it out of the address.
const docs = (key) => `/api-docs#key=${key}`;

const masked = (key) => (key.length > 24 ? `${key.slice(0, 7)}…${key.slice(-4)}` : key);

function makeKey({ key, label, name }) {
  const whose = name === "Operator" ? "the operator’s key" : `the key of ${name}`;
  const copy = element("button", { type: "button", className: "small", textContent: "Copy", ariaLabel: `Copy ${whose}` });
  copy.addEventListener("click", () => act(`Copied ${whose}`, navigator.clipboard.writeText(key)));
  const open = element("a", { href: docs(key), target: "_blank", rel: "noopener", textContent: "API docs", ariaLabel: `API docs with ${whose}` });
  return element("tr", {}, element("th", { scope: "row", textContent: name, title: label }),
    element("td", {}, element("code", { textContent: masked(key) })), element("td", { className: "num" }, copy, " ", open));
}
