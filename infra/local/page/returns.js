// What a campaign has brought, as a picture with the same in words: how far its messages came, who bought, and the interval of
// the difference to those who were held out.

import { element, number, text } from "./dom.js";
import { api } from "./messages.js";

// Figures of purchases change seldom, and each look reads the frozen audience.
const PAUSE = 10_000;

const known = new Map();

// The returns of the campaigns that have begun, as they were at the last look; a failed look changes nothing.
export async function lookAtReturns(campaigns, business) {
  await Promise.all(campaigns.filter((one) => one.started_at).map(async (one) => {
    const key = `${business} ${one.campaign_id}`;
    const before = known.get(key);
    if (before && Date.now() < before.next) return;
    known.set(key, { ...before, next: Date.now() + PAUSE });
    const about = new URLSearchParams({ business_id: business });
    const returns = await api(`/api/campaigns/${encodeURIComponent(one.campaign_id)}/returns?${about}`).catch(() => null);
    if (returns?.campaign_id) known.set(key, { returns, next: Date.now() + PAUSE });
  }));
  return new Map(campaigns.map((one) => [one.campaign_id, known.get(`${business} ${one.campaign_id}`)?.returns]));
}

const SVG = "http://www.w3.org/2000/svg";
const WIDTH = 320, LEFT = 74, RIGHT = 52, ROW = 20, SCALE = 44;

function svg(name, attributes, words) {
  const node = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  if (words !== undefined) node.textContent = words;
  return node;
}

const percent = (part) => (part === null ? "–" : `${(part * 100).toLocaleString([], { maximumFractionDigits: 1 })} %`);
const points = (part) => (part * 100).toLocaleString([], { maximumFractionDigits: 1 });
const money = ({ amount, currency }) => amount.toLocaleString([], { style: "currency", currency });

export function makeReturns() {
  return element("figure", { className: "returns", hidden: true }, element("div"), element("figcaption"));
}

export function updateReturns(node, returns) {
  const state = JSON.stringify(returns ?? null);
  node.hidden = !returns || returns.messaged === 0;
  if (node.dataset.state === state) return;
  node.dataset.state = state;
  const [picture, words] = node.children;
  picture.replaceChildren(...(node.hidden ? [] : [drawn(returns)]));
  text(words, node.hidden ? "" : told(returns));
}

function drawn(returns) {
  const { messaged, delivery_rate, read_rate, bought, comparison } = returns;
  const part = (rate) => Math.round((rate ?? 0) * messaged);
  const rows = [["sent", messaged], ["delivered", part(delivery_rate)], ["read", part(read_rate)], ["bought", bought]];
  const height = rows.length * ROW + (comparison?.lift == null ? 0 : SCALE);
  // The figure's words say the same.
  const picture = svg("svg", { viewBox: `0 0 ${WIDTH} ${height}`, "aria-hidden": "true" });
  rows.forEach(([name, count], nth) => {
    const y = nth * ROW, whole = WIDTH - LEFT - RIGHT, width = (whole * count) / Math.max(messaged, 1);
    picture.append(svg("text", { x: LEFT - 8, y: y + 14, class: "label" }, name),
      svg("rect", { x: LEFT, y: y + 4, width: whole, height: ROW - 8, class: "room", rx: 2 }),
      svg("rect", { x: LEFT, y: y + 4, width, height: ROW - 8, class: name, rx: 2 }),
      svg("text", { x: WIDTH - RIGHT + 8, y: y + 14, class: "count" }, number(count)));
  });
  if (comparison?.lift != null) picture.append(...interval(comparison, rows.length * ROW));
  return picture;
}

// A line from the lower to the upper end, a dot at the lift, and where there is no difference.
function interval({ lift, low, high, evidence }, top) {
  const most = Math.max(Math.abs(low), Math.abs(high), 0.01) * 1.1;
  const x = (at) => LEFT + ((at + most) / (2 * most)) * (WIDTH - LEFT - RIGHT);
  const y = top + 16;
  const line = (from, to, up, down, name) => svg("line", { x1: from, x2: to, y1: y + up, y2: y + down, class: name });
  return [svg("text", { x: LEFT - 8, y: y + 4, class: "label" }, "lift"),
    line(x(0), x(0), -10, 10, "nought"), svg("text", { x: x(0), y: y + 24, class: "tick" }, "0"),
    line(x(low), x(high), 0, 0, `ends ${evidence}`), line(x(low), x(low), -5, 5, `ends ${evidence}`), line(x(high), x(high), -5, 5, `ends ${evidence}`),
    svg("circle", { cx: x(lift), cy: y, r: 4, class: `lift ${evidence}` }),
    svg("text", { x: WIDTH - RIGHT + 8, y: y + 4, class: "count" }, points(lift))];
}

const PROVES = {
  too_little: "too few people or purchases to tell anything", not_shown: "a difference is not shown",
  more: "more bought than without it", fewer: "fewer bought than without it",
};

function told(returns) {
  const { bought, conversion, revenue, won_back, cost, comparison, complete, window_days } = returns;
  const paid = cost && cost.amount > 0 ? [`messages ${money(cost)}`, returns.return === null ? "" : `return ${number(returns.return)}`] : [];
  const first = [`${number(bought)} bought within ${window_days} days (${percent(conversion)})`, money(revenue),
    won_back ? `${number(won_back)} won back` : "", ...paid, complete ? "" : "still counting"].filter(Boolean).join(" · ");
  if (!comparison) return first;
  const { audience, held_out, low, high, lift } = comparison;
  const group = (name, { people, bought: some }) => `${number(some)} of ${number(people)} ${name}`;
  const ends = lift === null ? "" : `, difference ${points(lift)} points (95 %: ${points(low)} to ${points(high)})`;
  return `${first}. Beside those held out: ${group("in the audience", audience)}, ${group("held out", held_out)}${ends}: ${PROVES[comparison.evidence]}.`;
}
