// A thumbnail in, reasons not to ask a skin-lesion classifier about it out: `lentigo.data.images.input_checks`.

export const CHECK_SIDE = 128;
const CELL = 8;
const GREY_RANGE = 12;
const LIMITS = { contrast: 3, detail: 3.8, grey: 0.93, texture: 14, distance: 30 };
const TYPICAL = [1.28, 0.004, -3.423, 3.093, 1.602, 2.448];
const PRECISION = [
  [3.408, 0.792, -3.132, 0.263, -2.126, 2.99],
  [0.792, 12.775, -2.562, 4.23, 0.066, -3.607],
  [-3.132, -2.562, 9.91, -7.184, 2.403, -0.824],
  [0.263, 4.23, -7.184, 13.878, 0.462, -8.373],
  [-2.126, 0.066, 2.403, 0.462, 12.551, -9.964],
  [2.99, -3.607, -0.824, -8.373, -9.964, 20.801],
];
const CHECKS = [
  ["is blank", (found) => found.contrast < LIMITS.contrast],
  ["does not have the colours and textures of a dermoscopic image of skin", (found) => found.grey > LIMITS.grey || found.distance > LIMITS.distance],
  ["is full of detail everywhere, unlike images of skin lesions", (found) => found.texture > LIMITS.texture],
  ["is blurred", (found) => found.detail < LIMITS.detail],
];

/** Reasons in plain words, after "the image"; of a blank image that one alone. @param pixels uint8 (128, 128, 3). */
export function failedChecks(pixels) {
  const found = imageFigures(pixels);
  const failed = CHECKS.filter(([, fails]) => fails(found)).map(([reason]) => reason);
  return failed[0] === CHECKS[0][0] ? failed.slice(0, 1) : failed;
}

/** What the checks look at. */
export function imageFigures(pixels) {
  const count = CHECK_SIDE ** 2;
  const light = Float32Array.from({ length: count }, (_, at) => 0.299 * pixels[3 * at] + 0.587 * pixels[3 * at + 1] + 0.114 * pixels[3 * at + 2]);
  let grey = 0;
  for (let at = 0; at < pixels.length; at += 3) {
    const [red, green, blue] = pixels.subarray(at, at + 3);
    if (Math.max(red, green, blue) - Math.min(red, green, blue) < GREY_RANGE) grey++;
  }
  const inside = cells(CELL).map((places) => deviation(places.map((at) => light[at])));
  const away = appearance(pixels, inside).map((one, at) => one - TYPICAL[at]);
  const distance = away.reduce((sum, one, row) => sum + one * PRECISION[row].reduce((total, weight, at) => total + weight * away[at], 0), 0);
  return { contrast: deviation(light), detail: deviation(laplacian(light)), grey: grey / count, texture: quantile(inside, 0.5), distance };
}

/** Six figures of colour and texture. */
function appearance(pixels, inside) {
  const differences = [0, 0];
  for (let at = 0; at < pixels.length; at += 3) {
    const [red, green, blue] = pixels.subarray(at, at + 3);
    const total = Math.max(red + green + blue, 30);
    differences[0] += (red - green) / total;
    differences[1] += (green - blue) / total;
  }
  const squares = cells(2 * CELL).map((places) => [0, 1, 2].map((channel) => mean(places.map((at) => pixels[3 * at + channel]))));
  const sums = squares.map(([red, green, blue]) => red + green + blue);
  const spread = [0, 1, 2].map((channel) => deviation(squares.map((square, at) => square[channel] / Math.max(sums[at], 30))));
  return [
    10 * differences[0] / CHECK_SIDE ** 2,
    10 * differences[1] / CHECK_SIDE ** 2,
    Math.log(Math.max(...spread) + 0.002),
    Math.log(deviation(sums.map((sum) => sum / 3)) + 1),
    Math.log(quantile(inside, 0.5) + 0.5),
    Math.log(quantile(inside, 0.9) + 0.5),
  ];
}

/** Places of the pixels of each square. */
function cells(side) {
  const across = CHECK_SIDE / side;
  return Array.from({ length: across * across }, (_, cell) => {
    const start = Math.floor(cell / across) * side * CHECK_SIDE + (cell % across) * side;
    return Array.from({ length: side * side }, (_, at) => start + Math.floor(at / side) * CHECK_SIDE + (at % side));
  });
}

/** Four times each inner pixel less its four neighbours. */
function laplacian(light) {
  const found = [];
  for (let y = 1; y < CHECK_SIDE - 1; y++) {
    for (let x = 1, at = y * CHECK_SIDE + 1; x < CHECK_SIDE - 1; x++, at++) {
      found.push(4 * light[at] - light[at - CHECK_SIDE] - light[at + CHECK_SIDE] - light[at - 1] - light[at + 1]);
    }
  }
  return found;
}

const mean = (values) => values.reduce((sum, one) => sum + one, 0) / values.length;

function deviation(values) {
  const middle = mean(values);
  return Math.sqrt(values.reduce((sum, one) => sum + (one - middle) ** 2, 0) / values.length);
}

/** Linear between the two nearest values, as NumPy. */
function quantile(values, level) {
  const sorted = Float64Array.from(values).sort();
  const place = level * (sorted.length - 1);
  const below = Math.floor(place);
  return sorted[below] + (place - below) * (sorted[Math.min(below + 1, sorted.length - 1)] - sorted[below]);
}
