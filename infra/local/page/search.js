// The search of a business's customers: a form, segments, a table that goes on page by page, and searches with a name.

import { $, act, element, moment, number, plus, show, shown, text, usd } from "./dom.js";
import { business } from "./business.js";
import { api } from "./messages.js";

const NUMBERS = ["minDaysSinceLastPurchase", "maxDaysSinceLastPurchase", "minPurchases"];
const FLAGS = ["vip", "isInactive"];

let search = null;
let found = [];
let cursor = null;

// The filters that are filled in, as the API names them.
function asked(form) {
  const filled = [...new FormData(form)].filter(([, value]) => value.trim() !== "");
  return Object.fromEntries(filled.map(([name, value]) => [name,
    NUMBERS.includes(name) ? Number(value) : FLAGS.includes(name) ? value === "true" : value.trim()]));
}

const about = () => new URLSearchParams({ business_id: business().business_id });
const customers = (count) => count === 1 ? "1 customer" : `${number(count)} customers`;

async function ask() {
  if (!business() || !shown.operatorKey) return;
  const body = { ...search, limit: 25, ...(cursor ? { cursor } : {}) };
  try {
    const answer = await api(`/api/customers/search?${about()}`, "POST", body);
    found = found.concat(answer.customers);
    cursor = answer.cursor;
    const { as_of, milliseconds, cost } = answer.meta;
    const took = `${milliseconds < 1 ? "less than 1" : number(milliseconds)} ms, ${usd(cost.usd)}`;
    text($("search-about"), answer.customers.length || found.length
      ? `${customers(answer.total)}, as of ${moment(as_of)}. The answer took ${took}.`
      : `Nobody is like that, as of ${moment(as_of)}. Changes are found about a minute later.`);
  } catch (error) {
    text($("search-about"), error.message);
  }
  table();
}

function table() {
  show($("search-found"), found, (one) => one.customer_id,
    () => element("tr", {}, element("th", { scope: "row" }), element("td"), element("td"), element("td", { className: "num" }),
      element("td", { className: "num" })),
    (node, one) => {
      const [name, city, last, times, spent] = node.children;
      text(name, one.name ?? (one.phone ? plus(one.phone) : "without a name"));
      name.title = [one.phone && plus(one.phone), ...(one.labels ?? []), one.vip ? "VIP" : ""].filter(Boolean).join(" · ");
      text(city, one.city ?? "");
      text(last, one.last_purchase_at ? one.last_purchase_at.slice(0, 10) : "never");
      text(times, number(one.purchases));
      text(spent, one.total_spent.toFixed(2));
    });
  $("search-table").hidden = found.length === 0;
  $("search-more").hidden = !cursor;
  $("search-save").hidden = !search;
}

function begin(asked) {
  [search, found, cursor] = [asked, [], null];
  return ask();
}

// What can be looked for at a press: the segments, and the searches with a name.
async function offer() {
  if (!business() || !shown.operatorKey || !$("search-customers").open) return;
  const [counted, saved] = await Promise.all([api(`/api/segments?${about()}`), api(`/api/searches?${about()}`)]);
  show($("segments"), counted.segments ?? [], (one) => one.name,
    () => {
      const button = element("button", { type: "button", className: "small" });
      button.addEventListener("click", () => begin(button.search));
      return element("li", {}, button);
    },
    (node, one) => {
      const [button] = node.children;
      button.search = one.search;
      button.title = [one.rule, one.why_empty].filter(Boolean).join(" ");
      text(button, `${one.name.replaceAll("_", " ")} ${number(one.customers)}`);
    });
  show($("saved-searches"), saved.searches ?? [], (one) => one.name, makeSaved,
    (node, one) => {
      node.search = one.search;
      text(node.children[0], `${one.name}: ${customers(one.total)}`);
    });
}

function makeSaved({ name }) {
  const node = element("li", {}, element("span"));
  const press = (label, does) => {
    const button = element("button", { type: "button", className: "small", textContent: label, ariaLabel: `${label} ${name}` });
    button.addEventListener("click", does);
    return button;
  };
  const path = () => `/api/searches/${encodeURIComponent(name)}?${about()}`;
  const message = element("textarea", { name: "message", required: true, maxLength: 3800, rows: 2, placeholder: "Hi {{name}}! …" });
  const write = element("form", {}, element("label", {}, "Text ", message), element("button", { type: "submit", className: "small", textContent: "Make a campaign" }));
  write.addEventListener("submit", (event) => {
    event.preventDefault();
    const body = { name, audience: { search: name }, message: message.value };
    act("The campaign is a draft; start it below", api(`/api/campaigns?${about()}`, "POST", body).then(() => write.reset()));
  });
  node.append(" ", element("span", { className: "row" },
    press("Show", () => begin(node.search)),
    press("Delete", () => act(`${name} is deleted`, api(path(), "DELETE").then(offer)))),
  element("details", {}, element("summary", { textContent: `Write to ${name}` }), write));
  return node;
}

$("search-save").addEventListener("submit", (event) => {
  event.preventDefault();
  const name = new FormData(event.target).get("name");
  act(`${name} is saved`, api(`/api/searches/${encodeURIComponent(name)}?${about()}`, "PUT", search).then(() => {
    event.target.reset();
    return offer();
  }));
});
$("search-customers").addEventListener("toggle", () => offer().catch(() => {}));

$("search-form").addEventListener("submit", (event) => {
  event.preventDefault();
  begin(asked(event.target));
});
$("search-more").addEventListener("click", ask);
$("business-name").addEventListener("change", () => {
  [search, found, cursor] = [null, [], null];
  text($("search-about"), "");
  table();
  offer().catch(() => {});
});
