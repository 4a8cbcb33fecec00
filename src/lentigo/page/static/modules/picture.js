// An image file as pixels of a size fit for the screen; large files are decoded once and let go.

const LONGEST = 960;
/** Pixels on the longer side for a closer look at one image. */
export const SHARP = 2400;
const SHORTEST = 560;

/**
 * Decode a file, upright. Returns a canvas with at most `longest` pixels on its longer side and about 560 at least, so
 * that maps over small images are smooth; null when this browser cannot show it (TIFF, DICOM, or no image).
 */
export async function pictureOf(file, longest = LONGEST) {
  let bitmap;
  try {
    bitmap = await createImageBitmap(file);
  } catch {
    return null;
  }
  const canvas = paint(bitmap, scaleOf(bitmap, longest));
  bitmap.close();
  return canvas;
}

function scaleOf({ width, height }, most) {
  const longest = Math.max(width, height);
  return Math.min(most / longest, Math.max(1, SHORTEST / longest));
}

function paint(source, scale) {
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(source.width * scale));
  canvas.height = Math.max(1, Math.round(source.height * scale));
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.imageSmoothingQuality = "high";
  context.drawImage(source, 0, 0, canvas.width, canvas.height);
  return canvas;
}

/** A grey stand-in of the shape of the network's input, for files this browser cannot show. */
export function blank(input) {
  const canvas = document.createElement("canvas");
  const scale = SHORTEST / Math.max(input.width, input.height);
  [canvas.width, canvas.height] = [Math.round(input.width * scale), Math.round(input.height * scale)];
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.fillStyle = "#808080";
  context.fillRect(0, 0, canvas.width, canvas.height);
  return canvas;
}

/** Fill a small canvas with the middle of a picture, or with all of it, squeezed. */
export function paintThumb(canvas, picture, width = 320, height = 240, way = "middle") {
  [canvas.width, canvas.height] = [width, height];
  const scale = Math.max(width / picture.width, height / picture.height);
  const [w, h] = way === "middle" ? [picture.width * scale, picture.height * scale] : [width, height];
  const context = canvas.getContext("2d");
  context.imageSmoothingQuality = "high";
  context.drawImage(picture, (width - w) / 2, (height - h) / 2, w, h);
}
