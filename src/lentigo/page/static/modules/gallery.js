// All images at a glance: a card each, in an order of choice; one of them is open.

import { copyOf, find } from "./dom.js";
import { paintThumb } from "./picture.js";
import { capital, percent, visible } from "./text.js";
import { cardLine, malignantSide } from "./verdict.js";

const LAST = -1;
/** A number for each order; higher comes first. */
const ORDERS = {
  malignant: ({ row }) => row?.malignant_probability ?? LAST,
  unsure: ({ row }) => (row?.class ? 1 - row[row.class] : LAST),
};

/** Items in the order chosen; those without an answer last. */
export function ordered(items, order) {
  const rank = ORDERS[order];
  return rank ? [...items].sort((a, b) => rank(b) - rank(a)) : items;
}

/** Bring every card up to date. `actions`: open(item), remove(item). */
export function showCards(items, open, facts, actions) {
  for (const item of items) {
    item.card ??= newCard(item, actions);
    refreshCard(item, facts, item === open);
  }
  arrange(find("#cards"), items.map((item) => item.card));
}

/** Put cards in order; moved elements lose the keyboard's focus, so it is given back. */
function arrange(place, cards) {
  if (cards.length === place.children.length && cards.every((card, index) => card === place.children[index])) return;
  const focused = document.activeElement;
  place.replaceChildren(...cards);
  if (place.contains(focused)) focused.focus();
}

function newCard(item, actions) {
  const card = find("li", copyOf("gallery-card"));
  find(".card", card).addEventListener("click", () => actions.open(item));
  const remove = find(".remove", card);
  remove.setAttribute("aria-label", `Remove ${visible(item.name)}`);
  remove.addEventListener("click", () => actions.remove(item));
  find(".card-name", card).textContent = visible(item.name);
  return card;
}

function refreshCard(item, facts, isOpen) {
  const { card, row } = item;
  card.dataset.state = item.state;
  const button = find(".card", card);
  button.setAttribute("aria-current", isOpen ? "true" : "false");
  card.classList.toggle("unseeable", item.picture === null);
  if (item.picture && !item.hasThumb) {
    paintThumb(find("canvas", card), item.picture);
    item.hasThumb = true;
  }
  const title = find(".card-class", card);
  const isAnswered = item.state === "answered";
  title.textContent = isAnswered ? capital(facts.plain(row.class)) : item.state === "failed" ? "No answer" : "…";
  if (isAnswered) button.style.setProperty("--class-colour", facts.byName.get(row.class).colour);
  find(".card-share", card).textContent = isAnswered ? percent(row[row.class]) : "";
  const line = find(".card-state", card);
  line.textContent = cardLine(item, facts);
  line.dataset.kind = kindOf(item, facts);
}

function kindOf(item, facts) {
  if (item.state === "failed") return "bad";
  if (item.state !== "answered") return "";
  if (item.row.abstain_reason) return "warn";
  const isMalignant = malignantSide(item.row, facts)?.isMalignant;
  return isMalignant === true ? "malignant" : isMalignant === false ? "benign" : "";
}
