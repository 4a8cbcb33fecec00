// Ways to look at an image, as `lentigo.data.images.views`: turned, and parts of it enlarged.

import { resize } from "./resize.js";

const WHOLE = null;
// result (y, x) -> source (y, x), for an image of height h and width w
const TURNS = {
  identity: null,
  horizontal_flip: (y, x, h, w) => [y, w - 1 - x],
  vertical_flip: (y, x, h) => [h - 1 - y, x],
  half_turn: (y, x, h, w) => [h - 1 - y, w - 1 - x],
  transpose: (y, x) => [x, y],
  quarter_turn: (y, x, h, w) => [x, w - 1 - y],
  three_quarter_turn: (y, x, h) => [h - 1 - x, y],
  anti_transpose: (y, x, h, w) => [h - 1 - x, w - 1 - y],
};
const SIDEWAYS = ["transpose", "quarter_turn", "three_quarter_turn", "anti_transpose"];
const TURNS_OF = {
  one: ["identity"],
  flips: ["identity", "horizontal_flip", "vertical_flip", "half_turn"],
  dihedral: Object.keys(TURNS),
};

/** What `prediction.views` stands for: functions of an image; the whole image, upright, is always the first. */
export function viewsOf(text) {
  const [turns, ...crops] = text.split("+");
  const windows = [WHOLE, ...crops.flatMap((crop) => windowsOf(...crop.split("x").map(Number)))];
  return windows.flatMap((part) => TURNS_OF[turns].map((name) => (image) => turn(part ? cut(image, part) : image, name)));
}

/** A grid of windows that reaches from border to border; a single one in the middle. */
function windowsOf(scale, count) {
  const across = Math.round(Math.sqrt(count));
  const places = across > 1 ? Array.from({ length: across }, (_, step) => step * ((1 - scale) / (across - 1))) : [(1 - scale) / 2];
  if (across > 1) places[across - 1] = 1 - scale;
  return places.flatMap((top) => places.map((left) => ({ top, left, side: scale })));
}

function cut(image, { top, left, side }) {
  const { height, width } = image;
  return resize(image, height, width, [left * width, top * height, (left + side) * width, (top + side) * height]);
}

/** Turn an image by a name of `TURNS`. */
export function turn(image, name) {
  const source = TURNS[name];
  if (!source) return image;
  const { data, height, width } = image;
  const [rows, columns] = SIDEWAYS.includes(name) ? [width, height] : [height, width];
  const found = new Uint8Array(data.length);
  for (let y = 0, to = 0; y < rows; y++) {
    for (let x = 0; x < columns; x++, to += 3) {
      const [sy, sx] = source(y, x, height, width);
      const from = 3 * (sy * width + sx);
      [found[to], found[to + 1], found[to + 2]] = [data[from], data[from + 1], data[from + 2]];
    }
  }
  return { data: found, height: rows, width: columns };
}
