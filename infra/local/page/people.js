// The list of people by business: search, arrows, and new phones.

import { $, count, element, plus, show, shown, text, time } from "./dom.js";
import { go } from "./route.js";

const folded = (words) => words.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

const FEW = 12;

function found(business, words) {
  const digits = words.replace(/\D/g, "");
  const people = business.contacts.filter((one) => !words || folded(one.name ?? "").includes(words)
    || (digits.length > 2 && one.phone.includes(digits)));
  const rank = (one) => (one.role === "owner" ? 0 : 1);
  return people.sort((a, b) => rank(a) - rank(b) || (b.last?.at ?? "").localeCompare(a.last?.at ?? "")
    || (a.name ?? a.phone).localeCompare(b.name ?? b.phone));
}

export function people() {
  const words = folded($("search").value.trim());
  const groups = shown.businesses.map((business) => {
    const all = found(business, words);
    const talking = all.filter((one) => one.last || one.role === "owner").length;
    const most = words ? 50 : Math.max(FEW, talking);
    const isOpen = (one) => business.sender === shown.sender && one.phone === shown.phone;
    const people = shown.whole.has(business.sender) ? all : all.filter((one, index) => index < most || isOpen(one));
    return { business, people: people.map((one) => ({ ...one, sender: business.sender })), hidden: all.length - people.length };
  });
  const digits = words.replace(/[^\d]/g, "");
  const isNumber = /^[\d\s()+.-]+$/.test(words) && digits.length >= 8 && digits.length <= 15;
  for (const group of groups) {
    if (isNumber && !group.people.some((one) => one.phone === digits)) {
      group.people.push({ sender: group.business.sender, phone: digits, name: null, role: "new", unread: 0, last: null });
    }
  }
  const filled = groups.filter((group) => group.people.length);
  show($("businesses"), filled, (group) => group.business.sender, makeBusiness, updateBusiness);
  $("no-people").hidden = filled.length > 0;
  text($("no-people"), words ? "Nobody of that name. Type a whole number with its country code to write from it."
    : "No business yet. Start with demo data, or add a business by the API.");
  const unread = shown.businesses.flatMap((business) => business.contacts).reduce((sum, one) => sum + one.unread, 0);
  count($("unread-total"), unread, "unread");
  rove();
}

function makeBusiness(group) {
  const all = element("button", { type: "button", className: "all small" });
  all.addEventListener("click", () => { shown.whole.add(group.business.sender); people(); });
  const id = `business-${group.business.sender}`;
  return element("section", { className: "business", "aria-labelledby": id },
    element("h2", { id }, element("span"), element("small")), element("ul"), all);
}

function updateBusiness(node, { business, people, hidden }) {
  const [title, list, all] = node.children;
  const gateway = business.gateway === "whapi" ? "Whapi" : "Cloud API";
  const trouble = business.connected === false ? " · disconnected" : business.verified === false ? " · webhook not verified" : "";
  text(title.children[0], business.name);
  text(title.children[1], `${gateway}${trouble}`);
  show(list, people, (one) => one.phone, makeContact, updateContact);
  all.hidden = hidden === 0;
  text(all, `${hidden} more`);
}

function makeContact(one) {
  const button = element("button", { type: "button", className: "contact", tabIndex: -1 },
    element("span", { className: "name" }, element("span"), " ", element("span", { className: "role" })),
    element("span", { className: "when end" }), element("span", { className: "preview" }), element("span", { className: "count end" }));
  button.addEventListener("click", () => go({ pane: "phone", sender: one.sender, phone: one.phone }, true));
  return element("li", {}, button);
}

function updateContact(node, one) {
  const [name, when, preview, unread] = node.firstChild.children;
  text(name.children[0], one.name ?? plus(one.phone));
  text(name.children[1], one.role === "owner" ? "owner" : one.role === "new" ? "new" : "");
  node.firstChild.title = plus(one.phone);
  text(when, one.last ? time(one.last.at) : "");
  text(preview, one.last ? `${one.last.from === "person" ? "You: " : ""}${one.last.text}` : one.role === "new" ? "Write from this number" : plus(one.phone));
  count(unread, one.unread, "unread");
  const current = one.sender === shown.sender && one.phone === shown.phone;
  node.firstChild.setAttribute("aria-current", String(current));
}

// One Tab stop for the list; the arrows move in it.
const contacts = () => [...document.querySelectorAll(".contact")];

function rove(to) {
  const all = contacts();
  const at = to ?? all.find((one) => one.tabIndex === 0) ?? all.find((one) => one.getAttribute("aria-current") === "true") ?? all[0];
  for (const one of all) one.tabIndex = one === at ? 0 : -1;
  if (to) {
    to.focus({ preventScroll: true });
    to.scrollIntoView({ block: "nearest" });
  }
}

$("people").addEventListener("keydown", (event) => {
  const all = contacts();
  const at = all.indexOf(document.activeElement);
  const inSearch = event.target === $("search");
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: inSearch ? null : 0, End: inSearch ? null : all.length - 1 }[event.key];
  if (inSearch && event.key === "Enter" && all[0]) {
    event.preventDefault();
    all[0].click();
  } else if (event.key === "ArrowUp" && at === 0) {
    event.preventDefault();
    $("search").focus();
  } else if (Number.isInteger(to) && all[to] && (at >= 0 || inSearch)) {
    event.preventDefault();
    rove(all[to]);
  }
});
$("search").addEventListener("input", people);

// Marks the person whose chat is open, and shows where they stand in the list.
document.addEventListener("opened", () => {
  people();
  const current = contacts().find((one) => one.getAttribute("aria-current") === "true");
  current?.scrollIntoView({ block: "nearest" });
  if (current) for (const one of contacts()) one.tabIndex = one === current ? 0 : -1;
});
