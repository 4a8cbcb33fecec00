// Resizing as Pillow's `Image.resize(size, BILINEAR, box)` does, bit by bit: the support grows with the reduction
// (antialiased), weights are whole numbers of 22 bits, rows are done first and then columns, with 8 bits in between.
// (Pillow takes the columns of some images first, by what it expects to cost less: values then differ by 1 of 255.)

const BITS = 22;
const ONE = 2 ** BITS;

/**
 * @param image `{data: Uint8Array of height * width * 3, height, width}`.
 * @param box left, top, right, bottom of the part that is wanted, between pixels too; default: all of it.
 * @returns the same form at the new size.
 */
export function resize(image, height, width, box = [0, 0, image.width, image.height]) {
  const [left, top, right, bottom] = box.map(Math.fround);
  return down(across(image, width, left, right), height, top, bottom);
}

function across(image, width, start, end) {
  if (isWhole(width, image.width, start, end)) return image;
  const { first, count, weights, most } = weightsOf(image.width, start, end, width);
  const { data, height } = image;
  const found = new Uint8ClampedArray(height * width * 3);
  for (let y = 0, to = 0; y < height; y++) {
    const row = y * image.width * 3;
    for (let x = 0; x < width; x++, to += 3) {
      let red = ONE / 2, green = ONE / 2, blue = ONE / 2;
      for (let step = 0, from = row + 3 * first[x], at = x * most; step < count[x]; step++, from += 3, at++) {
        const weight = weights[at];
        red += weight * data[from];
        green += weight * data[from + 1];
        blue += weight * data[from + 2];
      }
      [found[to], found[to + 1], found[to + 2]] = [red >> BITS, green >> BITS, blue >> BITS];
    }
  }
  return { data: found, height, width };
}

function down(image, height, start, end) {
  if (isWhole(height, image.height, start, end)) return image;
  const { first, count, weights, most } = weightsOf(image.height, start, end, height);
  const { data, width } = image;
  const line = width * 3;
  const found = new Uint8ClampedArray(height * line);
  const sums = new Int32Array(line);
  for (let y = 0; y < height; y++) {
    sums.fill(ONE / 2);
    for (let step = 0; step < count[y]; step++) {
      const [weight, row] = [weights[y * most + step], (first[y] + step) * line];
      for (let at = 0; at < line; at++) sums[at] += weight * data[row + at];
    }
    for (let at = 0; at < line; at++) found[y * line + at] = sums[at] >> BITS;
  }
  return { data: found, height, width };
}

const isWhole = (size, length, start, end) => size === length && start === 0 && end === length;

/** For each pixel of the result, along one axis: where its source begins, how long it is, and the weights. */
function weightsOf(length, start, end, size) {
  const scale = Math.fround(end - start) / size;
  const support = Math.max(scale, 1);
  const most = 2 * Math.ceil(support) + 1;
  const [first, count] = [new Int32Array(size), new Int32Array(size)];
  const weights = new Int32Array(size * most);
  for (let pixel = 0; pixel < size; pixel++) {
    const centre = start + (pixel + 0.5) * scale;
    const from = Math.max(Math.trunc(centre - support + 0.5), 0);
    const to = Math.min(Math.trunc(centre + support + 0.5), length);
    const shares = Array.from({ length: to - from }, (_, step) => triangle((step + from - centre + 0.5) * (1 / support)));
    const sum = shares.reduce((total, one) => total + one, 0);
    shares.forEach((share, step) => {
      weights[pixel * most + step] = Math.trunc(0.5 + (sum ? share / sum : share) * ONE);
    });
    [first[pixel], count[pixel]] = [from, shares.length];
  }
  return { first, count, weights, most };
}

function triangle(place) {
  const away = Math.abs(place);
  return away < 1 ? 1 - away : 0;
}
