// The bytes of an image file in, the uint8 pixels that the network takes out: `lentigo.data.images.pixels`, with the
// browser's decoder. JPEGs are averaged over 2, 4 or 8 pixels where the service decodes them at that scale: libjpeg's
// smaller transforms are means of pixels too.

import { CHECK_SIDE } from "./checks.js";
import { typeOf, Unusable, upright } from "./files.js";
import { isHalfWide, shareColours } from "./jpeg.js";
import { resize } from "./resize.js";
import { halfEven } from "./rounding.js";
import { turn } from "./views.js";

const MOST_PIXELS = 40e6;
const STRIP = 1 << 20; // pixels read from the canvas at once
const TURNS = [null, "identity", "horizontal_flip", "half_turn", "vertical_flip", "transpose", "three_quarter_turn", "anti_transpose", "quarter_turn"];
const isSideways = (orientation) => orientation > 4;

/** Read a file for the network, and as a thumbnail for the checks. @param input `{height, width, resize}`. @throws Unusable */
export async function read(content, input) {
  const type = typeOf(content);
  const { orientation, bytes } = upright(content, type);
  const bitmap = await decoded(bytes, type);
  try {
    const small = { height: CHECK_SIDE, width: CHECK_SIDE, resize: "squash" };
    const sharesColours = type === "image/jpeg" && isHalfWide(bytes);
    const scaled = (wanted) => {
      const factor = scaleOf(bitmap, wanted, type, orientation);
      const picture = reduced(bitmap, factor);
      if (sharesColours && factor > 1) shareColours(picture, factor < 8);
      return turn(picture, TURNS[orientation]);
    };
    const picture = scaled(input);
    // where the network takes fewer pixels than the checks need, they look at more
    const looked = Math.min(input.height, input.width) < CHECK_SIDE ? scaled(small) : picture;
    return { pixels: laid(picture, input), thumbnail: laid(looked, small) };
  } finally {
    bitmap.close();
  }
}

async function decoded(bytes, type) {
  let bitmap;
  try {
    bitmap = await createImageBitmap(new Blob([bytes], { type }), { premultiplyAlpha: "none" });
  } catch {
    throw new Unusable("is damaged, or of a kind that this browser cannot read");
  }
  if (bitmap.width * bitmap.height <= MOST_PIXELS) return bitmap;
  bitmap.close();
  throw new Unusable(`has more than ${MOST_PIXELS / 1e6} megapixels; scale it down`);
}

/** By how much a JPEG is decoded smaller: as far as nothing is lost that the result could show. */
function scaleOf(bitmap, wanted, type, orientation) {
  if (type !== "image/jpeg") return 1;
  const stored = [bitmap.width, bitmap.height];
  const [width, height] = isSideways(orientation) ? stored.toReversed() : stored;
  let enough = [wanted.width, wanted.height];
  if (wanted.resize !== "squash") {
    const ratios = [wanted.height / height, wanted.width / width];
    const scale = wanted.resize === "crop" ? Math.max(...ratios) : Math.min(...ratios);
    enough = [halfEven(width * scale), halfEven(height * scale)];
  }
  if (isSideways(orientation)) enough.reverse();
  const room = stored.map((side, axis) => Math.floor(side / Math.max(1, Math.min(enough[axis], side))));
  return [8, 4, 2].find((scale) => Math.min(...room) >= scale) ?? 1;
}

/** The bitmap as RGB on black, averaged over squares; squares begin at the top left of what is stored, as in the file. */
function reduced(bitmap, factor) {
  const [width, height] = [Math.ceil(bitmap.width / factor), Math.ceil(bitmap.height / factor)];
  const data = new Uint8Array(width * height * 3);
  const rows = Math.max(1, Math.floor(STRIP / bitmap.width / factor)) * factor;
  const canvas = new OffscreenCanvas(bitmap.width, Math.min(rows, bitmap.height));
  const context = canvas.getContext("2d", { alpha: false, willReadFrequently: true });
  for (let top = 0; top < bitmap.height; top += rows) {
    const count = Math.min(rows, bitmap.height - top);
    context.fillRect(0, 0, canvas.width, canvas.height);
    context.drawImage(bitmap, 0, top, bitmap.width, count, 0, 0, bitmap.width, count);
    average(context.getImageData(0, 0, bitmap.width, count), factor, data.subarray((top / factor) * width * 3));
  }
  return { data, height, width };
}

/** Beyond the border the last row and column go on, as they do in a JPEG. */
function average({ data, width, height }, factor, found) {
  const share = 1 / factor ** 2;
  const columns = Int32Array.from({ length: Math.ceil(width / factor) * factor }, (_, x) => 4 * Math.min(x, width - 1));
  for (let top = 0, to = 0; top < height; top += factor) {
    for (let left = 0; left < width; left += factor, to += 3) {
      let red = 0, green = 0, blue = 0;
      for (let step = 0; step < factor; step++) {
        const row = 4 * width * Math.min(top + step, height - 1);
        for (let x = left; x < left + factor; x++) {
          const at = row + columns[x];
          red += data[at];
          green += data[at + 1];
          blue += data[at + 2];
        }
      }
      [found[to], found[to + 1], found[to + 2]] = [red * share + 0.5, green * share + 0.5, blue * share + 0.5];
    }
  }
}

/** The picture at the size of the network, squashed, cropped or padded with black. */
export function laid(picture, { height, width, resize: way }) {
  if (way === "squash") return Uint8Array.from(resize(picture, height, width).data);
  if (way === "crop") return Uint8Array.from(resize(picture, height, width, middle(picture, width / height)).data);
  const scale = Math.min(width / picture.width, height / picture.height);
  const [rows, columns] = [Math.max(1, halfEven(picture.height * scale)), Math.max(1, halfEven(picture.width * scale))];
  return onBlack(resize(picture, rows, columns), height, width);
}

/** Left, top, right, bottom of the largest part in the middle whose width is `ratio` times its height. */
function middle(picture, ratio) {
  const isWide = picture.width / picture.height >= ratio;
  const width = Math.min(isWide ? ratio * picture.height : picture.width, picture.width);
  const height = Math.min(isWide ? picture.height : picture.width / ratio, picture.height);
  const [left, top] = [(picture.width - width) * 0.5, (picture.height - height) * 0.5];
  return [left, top, left + width, top + height];
}

function onBlack(image, height, width) {
  const ground = new Uint8Array(height * width * 3);
  const [top, left] = [Math.floor((height - image.height) / 2), Math.floor((width - image.width) / 2)];
  for (let y = 0; y < image.height; y++) {
    ground.set(image.data.subarray(y * image.width * 3, (y + 1) * image.width * 3), ((top + y) * width + left) * 3);
  }
  return ground;
}
