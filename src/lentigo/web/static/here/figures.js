// Figures of an image's pixels, as `lentigo.evaluation.abstaining.pixel_figures`: colours, and how strong and sparse detail is.

const GRID = 64;
const LEVELS = 3;
const FAINT = 0.25;

/** @param image `{data, height, width}`, bytes red, green, blue by rows. @returns 60 figures. */
export function pixelFigures({ data, height, width }) {
  const colours = [0, 1, 2].map((place) => averaged(Float32Array.from({ length: height * width }, (_, at) => data[3 * at + place]), height, width));
  const [red, green, blue] = colours;
  let channels = [
    red.map((one, at) => (one + green[at] + blue[at]) / 3),
    red.map((one, at) => one - green[at]),
    red.map((one, at) => (one + green[at]) / 2 - blue[at]),
  ];
  const figures = channels.map((one) => mean(one) / 20);
  for (let level = 0, side = GRID; level < LEVELS; level++, side /= 2) {
    const steps = channels.map((one) => halved(one, side));
    channels = steps.map((one) => one.low);
    const strengths = [0, 1, 2].flatMap((way) => steps.map(({ details }) => Math.sqrt(mean(details[way].map((one) => one * one)))));
    const sizes = [0, 1, 2].flatMap((way) => steps.map(({ details }) => mean(details[way].map(Math.abs))));
    figures.push(...strengths.map((one) => Math.log(one + FAINT)));
    figures.push(...sizes.map((one, at) => Math.log(one + 0.4 * FAINT) - Math.log(strengths[at] + FAINT / 2)));
  }
  figures.push(...channels.map((one) => Math.log(deviation(one) + 2 * FAINT)));
  return Float64Array.from(figures, Math.fround);
}

/** One step of Haar's transform of a square of some side. */
function halved(channel, side) {
  const half = side / 2;
  const [low, across, down, aslant] = Array.from({ length: 4 }, () => new Float32Array(half * half));
  for (let row = 0, at = 0; row < half; row++) {
    for (let column = 0; column < half; column++, at++) {
      const corner = 2 * row * side + 2 * column;
      const [first, second, third, fourth] = [channel[corner], channel[corner + 1], channel[corner + side], channel[corner + side + 1]];
      low[at] = (first + second + third + fourth) / 4;
      across[at] = (first - second + third - fourth) / 2;
      down[at] = (first + second - third - fourth) / 2;
      aslant[at] = (first - second - third + fourth) / 2;
    }
  }
  return { low, details: [across, down, aslant] };
}

/** Averaged to a square of cells, across and then down, each cell counting the pixels whose middle it holds (Pillow's box). */
function averaged(channel, height, width) {
  const narrow = new Float32Array(height * GRID);
  boxes(width).forEach(([start, end], column) => {
    for (let row = 0; row < height; row++) narrow[row * GRID + column] = mean(channel.subarray(row * width + start, row * width + end));
  });
  const found = new Float32Array(GRID * GRID);
  boxes(height).forEach(([start, end], row) => {
    for (let column = 0; column < GRID; column++) {
      let sum = 0;
      for (let line = start; line < end; line++) sum += narrow[line * GRID + column];
      found[row * GRID + column] = sum / (end - start);
    }
  });
  return found;
}

/** First pixel and the one after the last of each cell of a line. */
function boxes(size) {
  const scale = size / GRID;
  const support = 0.5 * Math.max(scale, 1);
  return Array.from({ length: GRID }, (_, cell) => {
    const centre = (cell + 0.5) * scale;
    const start = Math.max(0, Math.trunc(centre - support + 0.5));
    const end = Math.min(size, Math.trunc(centre + support + 0.5));
    const inside = Array.from({ length: end - start }, (_unused, at) => start + at).filter((pixel) => isInside((pixel - centre + 0.5) / Math.max(scale, 1)));
    return [inside[0], inside[inside.length - 1] + 1];
  });
}

function isInside(place) {
  return place > -0.5 && place <= 0.5;
}

function mean(values) {
  let sum = 0;
  for (const one of values) sum += one;
  return sum / values.length;
}

function deviation(values) {
  const middle = mean(values);
  return Math.sqrt(mean(values.map((one) => (one - middle) ** 2)));
}
