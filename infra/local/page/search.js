// The search of a business's customers: a form, and a table that goes on page by page.

import { $, element, moment, number, plus, show, shown, text, usd } from "./dom.js";
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

async function ask() {
  const one = business();
  if (!one || !shown.operatorKey) return;
  const body = { ...search, limit: 25, ...(cursor ? { cursor } : {}) };
  try {
    const answer = await api(`/api/customers/search?${new URLSearchParams({ business_id: one.business_id })}`, "POST", body);
    found = found.concat(answer.customers);
    cursor = answer.cursor;
    const { as_of, milliseconds, cost } = answer.meta;
    const many = answer.total === 1 ? "1 customer" : `${number(answer.total)} customers`;
    const took = `${milliseconds < 1 ? "less than 1" : number(milliseconds)} ms, ${usd(cost.usd)}`;
    text($("search-about"), answer.customers.length || found.length
      ? `${many}, as of ${moment(as_of)}. The answer took ${took}.`
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
}

$("search-form").addEventListener("submit", (event) => {
  event.preventDefault();
  [search, found, cursor] = [asked(event.target), [], null];
  ask();
});
$("search-more").addEventListener("click", ask);
$("business-name").addEventListener("change", () => {
  [search, found, cursor] = [null, [], null];
  text($("search-about"), "");
  table();
});
