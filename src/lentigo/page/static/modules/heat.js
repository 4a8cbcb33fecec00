// Saliency maps as pictures, with the colours and the arithmetic of `lentigo.explanation.overlay`.

// 33 places of matplotlib's "inferno" (Smith and van der Walt, CC0), linear in between
const INFERNO = (
  "000004 040312 0b0724 150b37 210c4a 2e0a5a 3c0965 4a0c6b 57106d 63146e 70196e 7d1e6d 89226a "
  + "962766 a32b61 af315c bb3755 c63e4d d14644 db4f3b e35932 eb6528 f1711e f67f14 f98d0a fb9c06 "
  + "fcab0f fbba1f f9ca32 f5d949 f2e865 f3f586 fcffa4"
).split(" ").map((hex) => [0, 2, 4].map((start) => parseInt(hex.slice(start, start + 2), 16)));
const STEPS = 1024;
const DARKNESS = 0.65;
const TABLE = makeTable();

function makeTable() {
  const table = new Float32Array(3 * STEPS);
  for (let step = 0; step < STEPS; step++) {
    const place = (step / (STEPS - 1)) * (INFERNO.length - 1);
    const left = Math.min(Math.floor(place), INFERNO.length - 2);
    for (let channel = 0; channel < 3; channel++) {
      const [from, to] = [INFERNO[left][channel], INFERNO[left + 1][channel]];
      table[3 * step + channel] = from + (to - from) * (place - left);
    }
  }
  return table;
}

/** Decode `{png, height, width}`: an 8-bit grey PNG in base64. Returns `{values: Float32Array in [0, 1], height, width}`. */
export async function decodeMap({ png }) {
  const bytes = Uint8Array.from(atob(png), (sign) => sign.charCodeAt(0));
  const bitmap = await createImageBitmap(new Blob([bytes], { type: "image/png" }), { colorSpaceConversion: "none" });
  const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
  const context = canvas.getContext("2d");
  context.drawImage(bitmap, 0, 0);
  const { data } = context.getImageData(0, 0, bitmap.width, bitmap.height);
  const values = Float32Array.from({ length: data.length / 4 }, (_, place) => data[4 * place] / 255);
  return { values, height: bitmap.height, width: bitmap.width };
}

/**
 * Which part of an image the network's input covers, in pixels of the image: smaller than the image where it is
 * cropped, larger where it is padded.
 */
export function seenRectangle(image, input) {
  if (input.resize === "squash") return { left: 0, top: 0, width: image.width, height: image.height };
  const ratios = [image.width / input.width, image.height / input.height];
  const scale = input.resize === "crop" ? Math.min(...ratios) : Math.max(...ratios);
  const [width, height] = [input.width * scale, input.height * scale];
  return { left: (image.width - width) / 2, top: (image.height - height) / 2, width, height };
}

/**
 * Lay a small map over an image: bilinear, pixel centres aligned, edges held, then scaled so that the hottest
 * place is 1. Places the network did not see are -1. Returns a Float32Array of image.width * image.height.
 */
export function enlarge(map, image, rectangle) {
  const columns = weights(image.width, rectangle.left, rectangle.width, map.width);
  const rows = weights(image.height, rectangle.top, rectangle.height, map.height);
  const heat = new Float32Array(image.width * image.height).fill(-1);
  let highest = 0;
  for (let y = 0; y < image.height; y++) {
    if (rows.share[y] < 0) continue;
    const [upper, lower, down] = [rows.first[y] * map.width, rows.second[y] * map.width, rows.share[y]];
    for (let x = 0; x < image.width; x++) {
      const right = columns.share[x];
      if (right < 0) continue;
      const [a, b] = [columns.first[x], columns.second[x]];
      const above = map.values[upper + a] * (1 - right) + map.values[upper + b] * right;
      const below = map.values[lower + a] * (1 - right) + map.values[lower + b] * right;
      const value = above * (1 - down) + below * down;
      heat[y * image.width + x] = value;
      if (value > highest) highest = value;
    }
  }
  if (highest > 0) for (let place = 0; place < heat.length; place++) if (heat[place] > 0) heat[place] /= highest;
  return heat;
}

/** For every pixel of one axis: its two neighbours in the map and the share of the second; -1 where it is not seen. */
function weights(length, start, extent, cells) {
  const [first, second] = [new Int32Array(length), new Int32Array(length)];
  const share = new Float32Array(length);
  for (let pixel = 0; pixel < length; pixel++) {
    const along = (pixel + 0.5 - start) / extent;
    const place = Math.min(Math.max(along * cells - 0.5, 0), cells - 1);
    first[pixel] = Math.floor(place);
    second[pixel] = Math.min(first[pixel] + 1, cells - 1);
    share[pixel] = along < 0 || along > 1 ? -1 : place - first[pixel];
  }
  return { first, second, share };
}

/**
 * Mix image and heat, more opaque where it is hotter. The image goes grey first, so that colour means heat alone;
 * it is fully grey from an opacity of a half, and untouched at 0. What the network did not see goes dark.
 *
 * @param pixels ImageData of the image. @param heat from `enlarge`. @param opacity in [0, 1]. Returns new ImageData.
 */
export function blend(pixels, heat, opacity) {
  const mixed = new ImageData(new Uint8ClampedArray(pixels.data), pixels.width, pixels.height);
  const greyness = Math.min(1, 2 * opacity);
  for (let place = 0, at = 0; place < heat.length; place++, at += 4) {
    const cover = heat[place] < 0 ? DARKNESS * greyness : opacity * heat[place];
    const colour = 3 * Math.round(Math.max(0, heat[place]) * (STEPS - 1));
    const [red, green, blue] = [pixels.data[at], pixels.data[at + 1], pixels.data[at + 2]];
    const grey = 0.299 * red + 0.587 * green + 0.114 * blue;
    mixed.data[at] = (1 - cover) * (red + greyness * (grey - red)) + cover * TABLE[colour];
    mixed.data[at + 1] = (1 - cover) * (green + greyness * (grey - green)) + cover * TABLE[colour + 1];
    mixed.data[at + 2] = (1 - cover) * (blue + greyness * (grey - blue)) + cover * TABLE[colour + 2];
  }
  return mixed;
}

/** Draw the colour scale, from 0 on the left to 1 on the right. */
export function drawScale(canvas) {
  const context = canvas.getContext("2d");
  const scale = context.createImageData(canvas.width, 1);
  for (let x = 0; x < canvas.width; x++) {
    const colour = 3 * Math.round((x / (canvas.width - 1)) * (STEPS - 1));
    scale.data.set([TABLE[colour], TABLE[colour + 1], TABLE[colour + 2], 255], 4 * x);
  }
  context.putImageData(scale, 0, 0);
}
