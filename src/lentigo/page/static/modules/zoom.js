// A closer look at the picture: buttons, keys, the wheel with Ctrl, and dragging.

import { find, findAll } from "./dom.js";

const STEPS = [1, 1.5, 2, 3, 4, 6];

/** Wire the buttons above a picture. @param onZoom told the factor, from 1 to 6, whenever it changes. */
export function offerZoom(root, onZoom) {
  const picture = find(".picture", root);
  let place = 0;
  const show = (next, event) => {
    const [before, now] = [STEPS[place], STEPS[Math.min(Math.max(next, 0), STEPS.length - 1)]];
    if (before === now) return;
    place = STEPS.indexOf(now);
    const held = heldPlace(picture, event);
    picture.style.setProperty("--zoom", now);
    picture.classList.toggle("zoomed", now > 1);
    if (now > 1) picture.setAttribute("tabindex", "0"); // arrow keys move it
    else picture.removeAttribute("tabindex");
    keep(picture, held);
    for (const button of findAll("[data-zoom]", root)) button.disabled = isEnd(button, place);
    onZoom(now);
  };
  for (const button of findAll("[data-zoom]", root)) {
    button.disabled = isEnd(button, place);
    const by = Number(button.dataset.zoom);
    button.addEventListener("click", () => show(by ? place + by : 0));
  }
  find(".viewer", root).addEventListener("keydown", (event) => {
    const next = { "+": place + 1, "=": place + 1, "-": place - 1, 0: 0 }[event.key];
    if (next !== undefined && !event.ctrlKey && !event.metaKey && !event.target.closest("input, select")) show(next);
  });
  picture.addEventListener("wheel", (event) => {
    if (!event.ctrlKey) return; // the page scrolls as everywhere
    event.preventDefault();
    show(place - Math.sign(event.deltaY), event);
  }, { passive: false });
  wireDragging(picture);
}

const isEnd = (button, place) => (button.dataset.zoom === "1" ? place === STEPS.length - 1 : place === 0);

/** Which place of the picture lies under the pointer, or in the middle: shares of its size, and where that is seen. */
function heldPlace(picture, event) {
  const canvas = find("canvas", picture);
  const [inside, whole] = [picture.getBoundingClientRect(), canvas.getBoundingClientRect()];
  const [x, y] = event ? [event.clientX - inside.left, event.clientY - inside.top] : [inside.width / 2, inside.height / 2];
  return { x, y, across: (inside.left + x - whole.left) / whole.width, down: (inside.top + y - whole.top) / whole.height };
}

function keep(picture, { x, y, across, down }) {
  const canvas = find("canvas", picture);
  picture.scrollLeft = across * canvas.clientWidth - x;
  picture.scrollTop = down * canvas.clientHeight - y;
}

function wireDragging(picture) {
  picture.addEventListener("pointerdown", (event) => {
    if (!picture.classList.contains("zoomed") || event.pointerType !== "mouse") return; // fingers scroll by themselves
    picture.setPointerCapture(event.pointerId);
    const move = (moved) => picture.scrollBy(-moved.movementX, -moved.movementY);
    picture.addEventListener("pointermove", move);
    picture.addEventListener("pointerup", () => picture.removeEventListener("pointermove", move), { once: true });
  });
}
