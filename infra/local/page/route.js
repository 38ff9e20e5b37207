// The address says what is open: `#people`, `#phone`, `#business` or `#system`, and behind it the sender and the person whose chat is
// open. So Back goes back, and a reload changes nothing.

const PANES = ["people", "phone", "business", "system"];

export function place() {
  const [pane, sender, phone] = location.hash.slice(1).split("/");
  const isChat = sender && /^\d{7,15}$/.test(phone ?? "");
  return {
    pane: PANES.includes(pane) ? pane : "people",
    sender: isChat ? decodeURIComponent(sender) : null,
    phone: isChat ? phone : null,
  };
}

const address = ({ pane, sender, phone }) => `#${pane}${sender ? `/${encodeURIComponent(sender)}/${phone}` : ""}`;

// Goes to another pane, another chat, or both. With `focus` one writes at once.
export function go(change, focus = false) {
  location.hash = address({ ...place(), ...change });
  document.dispatchEvent(new CustomEvent("gone", { detail: { focus } }));
}

// The same chat under its person's one spelling of the number.
export function respell(sender, phone) {
  history.replaceState(null, "", address({ ...place(), sender, phone }));
}

addEventListener("hashchange", () => document.dispatchEvent(new CustomEvent("gone", { detail: { focus: false } })));
