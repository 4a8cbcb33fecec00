// What a JPEG says of itself, and how its colours come out where it is decoded smaller.

const FRAMES = [0xc0, 0xc1, 0xc2, 0xc9, 0xca];

/** Segments of a JPEG up to its first scan: marker, and where the content starts. */
export function segments(bytes) {
  const found = [];
  for (let at = 2; at + 4 <= bytes.length && bytes[at] === 0xff;) {
    const marker = bytes[at + 1];
    if (marker === 0xff) { at++; continue; } // filled up
    found.push({ marker, start: at + 4 });
    if (marker === 0xda) break;
    at += 2 + (bytes[at + 2] << 8 | bytes[at + 3]);
  }
  return found;
}

/** Whether colours are stored half as wide as brightness, and as high (4:2:2). */
export function isHalfWide(bytes) {
  const frame = segments(bytes).find((one) => FRAMES.includes(one.marker));
  if (!frame || bytes[frame.start + 5] !== 3) return false;
  const factors = [7, 10, 13].map((at) => bytes[frame.start + at]);
  return factors[0] === 0x21 && factors[1] === 0x11 && factors[2] === 0x11;
}

/**
 * Give colours the width they have where libjpeg decodes a 4:2:2 image smaller: pairs of pixels share one, which is
 * drawn out again, smoothly but for the smallest scale. Changes the image in place. (Colours that are stored half as
 * wide and half as high, 4:2:0, come out as wide as the brightness.)
 */
export function shareColours({ data, height, width }, isSmooth) {
  const pairs = Math.ceil(width / 2);
  const [blue, red] = [new Float64Array(pairs), new Float64Array(pairs)];
  for (let y = 0; y < height; y++) {
    const row = data.subarray(y * width * 3, (y + 1) * width * 3);
    for (let pair = 0; pair < pairs; pair++) {
      const [first, second] = [chromaOf(row, 2 * pair), chromaOf(row, Math.min(2 * pair + 1, width - 1))];
      [blue[pair], red[pair]] = [(first[0] + second[0]) / 2, (first[1] + second[1]) / 2];
    }
    for (let x = 0; x < width; x++) {
      const [near, far] = [x >> 1, Math.min(Math.max((x >> 1) + (x % 2 ? 1 : -1), 0), pairs - 1)];
      const drawn = (values) => (isSmooth ? 0.75 * values[near] + 0.25 * values[far] : values[near]);
      paint(row, x, drawn(blue), drawn(red));
    }
  }
}

const brightnessOf = (row, x) => 0.299 * row[3 * x] + 0.587 * row[3 * x + 1] + 0.114 * row[3 * x + 2];

/** Blue and red less brightness, as JFIF has them. */
function chromaOf(row, x) {
  const light = brightnessOf(row, x);
  return [(row[3 * x + 2] - light) / 1.772, (row[3 * x] - light) / 1.402];
}

function paint(row, x, blue, red) {
  const light = brightnessOf(row, x);
  const colours = [light + 1.402 * red, light - 0.344136 * blue - 0.714136 * red, light + 1.772 * blue];
  colours.forEach((one, channel) => {
    row[3 * x + channel] = Math.min(255, Math.max(0, Math.round(one)));
  });
}
