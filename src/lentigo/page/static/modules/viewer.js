// The picture with its saliency map: which class, how opaque.

import { find, findAll, make } from "./dom.js";
import { blend, decodeMap, drawScale, enlarge, seenRectangle } from "./heat.js";
import { blank, paintThumb, pictureOf, SHARP } from "./picture.js";
import { capital, visible } from "./text.js";
import { offerZoom } from "./zoom.js";

const GLANCE = { width: 200, height: 150 };
const GLANCE_OPACITY = 0.75;
const SCALED = "Places, not reasons. Each map is scaled to its own strongest place, so two maps differ in place, not in strength.";

/** What the user has set; kept from one image to the next. */
const settings = { opacity: 0.65 };

export class Viewer {
  #root;
  #item;
  #facts;
  #pixels;
  #heats = new Map();
  #className;
  #onClass;
  #frame = 0;
  #isSharp = false;

  /** @param onClass told the class whose map is shown. */
  constructor(root, item, facts, onClass) {
    [this.#root, this.#item, this.#facts, this.#onClass] = [root, item, facts, onClass];
    this.#preparePicture();
    this.#prepareControls();
    this.#prepareGlances();
    offerZoom(root, () => this.#sharpen());
  }

  /** Once, when somebody looks closer: as many pixels as the file has, up to a limit. */
  async #sharpen() {
    if (this.#isSharp || !this.#item.picture) return;
    this.#isSharp = true;
    const picture = await pictureOf(this.#item.file, SHARP);
    const canvas = find(".picture canvas", this.#root);
    if (!picture || picture.width <= this.#pixels.width || !canvas.isConnected) return;
    [canvas.width, canvas.height] = [picture.width, picture.height];
    this.#pixels = picture.getContext("2d").getImageData(0, 0, picture.width, picture.height);
    this.#heats.clear();
    await this.#heat(this.#className);
    this.#draw();
  }

  /** Show where the image speaks for a class. */
  async show(className) {
    this.#className = className;
    find("#saliency-class", this.#root).value = className;
    for (const glance of findAll(".glance", this.#root)) glance.setAttribute("aria-pressed", glance.value === className);
    this.#onClass(className);
    await this.#heat(className);
    if (className !== this.#className) return; // another one has been chosen meanwhile
    this.#describe();
    this.#draw();
  }

  #preparePicture() {
    const picture = this.#item.picture ?? blank(this.#facts.input);
    const canvas = find(".picture canvas", this.#root);
    [canvas.width, canvas.height] = [picture.width, picture.height];
    canvas.getContext("2d").drawImage(picture, 0, 0);
    canvas.setAttribute("aria-label", visible(this.#item.name));
    this.#pixels = picture.getContext("2d").getImageData(0, 0, picture.width, picture.height);
    const unshown = find(".unshown", this.#root);
    unshown.hidden = this.#item.picture !== null; // undefined: not decoded yet
    find(".viewer", this.#root).classList.toggle("has-picture", Boolean(this.#item.picture));
    unshown.textContent = "This browser cannot show the file. The map lies over its shape.";
  }

  #prepareControls() {
    const hasMaps = this.#mapped().length > 0;
    find(".controls", this.#root).hidden = !hasMaps;
    find("figcaption", this.#root).hidden = !hasMaps;
    drawScale(find(".heat-bar", this.#root));
    const picker = find("#saliency-class", this.#root);
    picker.replaceChildren(...this.#options());
    picker.addEventListener("change", () => this.show(picker.value));
    const slider = find("#opacity", this.#root);
    slider.value = 100 * settings.opacity;
    slider.addEventListener("input", () => {
      settings.opacity = slider.value / 100;
      this.#draw();
    });
  }

  /** Classes that have a map, most probable first. */
  #mapped() {
    const maps = this.#item.row?.saliency ?? {};
    return Object.keys(maps).length ? this.#facts.ranked(this.#item.row).filter((one) => maps[one.name]) : [];
  }

  #options() {
    return this.#mapped().map((one) => make("option", { value: one.name, text: one.plain_name }));
  }

  async #heat(className) {
    const map = this.#item.row?.saliency?.[className];
    if (!map || this.#heats.has(className)) return;
    const rectangle = seenRectangle(this.#pixels, this.#facts.input);
    this.#heats.set(className, enlarge(await decodeMap(map), this.#pixels, rectangle));
  }

  /** A small picture of every class's map; each opens its class. */
  #prepareGlances() {
    const mapped = this.#mapped();
    find(".glances", this.#root).hidden = mapped.length < 2;
    find(".glances ul", this.#root).replaceChildren(...mapped.map((one) => {
      const canvas = make("canvas", { ...GLANCE, "aria-hidden": "true" });
      this.#drawGlance(canvas, one.name);
      const choose = () => this.show(one.name);
      return make("li", {}, make("button", { type: "button", class: "glance", value: one.name, "aria-pressed": "false", on: { click: choose } },
        canvas, capital(one.plain_name)));
    }));
  }

  async #drawGlance(canvas, className) {
    const small = document.createElement("canvas");
    paintThumb(small, this.#item.picture ?? blank(this.#facts.input), GLANCE.width, GLANCE.height, "squeeze");
    const pixels = small.getContext("2d").getImageData(0, 0, GLANCE.width, GLANCE.height);
    const whole = seenRectangle(this.#pixels, this.#facts.input);
    const [across, down] = [GLANCE.width / this.#pixels.width, GLANCE.height / this.#pixels.height];
    const seen = { left: whole.left * across, top: whole.top * down, width: whole.width * across, height: whole.height * down };
    const map = await decodeMap(this.#item.row.saliency[className]);
    canvas.getContext("2d").putImageData(blend(pixels, enlarge(map, pixels, seen), GLANCE_OPACITY), 0, 0);
  }

  #draw() {
    this.#sayOpacity();
    cancelAnimationFrame(this.#frame);
    this.#frame = requestAnimationFrame(() => {
      const heat = this.#heats.get(this.#className);
      const shown = heat ? blend(this.#pixels, heat, settings.opacity) : this.#pixels;
      find(".picture canvas", this.#root).getContext("2d").putImageData(shown, 0, 0);
    });
  }

  #sayOpacity() {
    const share = `${Math.round(100 * settings.opacity)} %`;
    find("output", this.#root).textContent = share;
    find("#opacity", this.#root).setAttribute("aria-valuetext", share);
  }

  /** What the picture shows, in words. */
  #describe() {
    const heat = this.#heats.get(this.#className);
    const name = this.#facts.plain(this.#className);
    const place = heat ? placeOf(heat, this.#pixels) : "";
    const words = place ? `, with what speaks for ${name}: ${place}` : `; nothing in it speaks for ${name}`;
    const canvas = find(".picture canvas", this.#root);
    canvas.setAttribute("aria-label", `${visible(this.#item.name)}${heat ? words : ""}`);
    find(".saliency-words", this.#root).textContent = place ? SCALED : `Nothing in the image speaks for ${name}.`;
  }
}

/** Where the hottest place lies, for those who do not see it; empty for a map that is 0 everywhere. */
function placeOf(heat, { width, height }) {
  let hottest = 0;
  for (let place = 1; place < heat.length; place++) if (heat[place] > heat[hottest]) hottest = place;
  if (heat[hottest] <= 0) return "";
  const third = (value, length, names) => names[Math.min(2, Math.floor((3 * value) / length))];
  const row = third(Math.floor(hottest / width), height, ["top", "middle", "bottom"]);
  const column = third(hottest % width, width, ["left", "centre", "right"]);
  return row === "middle" && column === "centre" ? "most in the centre" : `most at the ${row} ${column}`;
}
