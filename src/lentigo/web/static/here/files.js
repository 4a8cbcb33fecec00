// The bytes of a file in; what kind of image it is, and which way up, out. Told by content and not by name.

import { segments } from "./jpeg.js";

/** A file that cannot be used; the message is the reason. */
export class Unusable extends Error {}

const ACCEPTED = "JPEG, PNG, WebP, BMP, GIF (the service reads TIFF and DICOM photographs too)";
const SIGNATURES = [["%!PS", "EPS or PostScript"], ["\xc5\xd0\xd3\xc6", "EPS"], ["8BPS", "PSD"], ["%PDF", "PDF"],
  ["PK\x03\x04", "a zip archive or an office document"], ["\x1aE\xdf\xa3", "video"], ["OggS", "video"],
  ["II*\0", "TIFF"], ["MM\0*", "TIFF"]];
const BRANDS = { heic: "HEIC", heix: "HEIC", mif1: "HEIC", msf1: "HEIC", avif: "AVIF" };
const ORIENTATION = 0x0112;
const SEARCHED = 1 << 18; // bytes in which descriptions of an image are looked for

const latin = (bytes, start, end) => String.fromCharCode(...bytes.subarray(start, end));

/** The MIME type of an image that browsers read. @throws Unusable */
export function typeOf(bytes) {
  if (!bytes.length) throw new Unusable("the file is empty (0 bytes)");
  const head = latin(bytes, 0, 16);
  const type = head.startsWith("\xff\xd8\xff") ? "image/jpeg" : head.startsWith("\x89PNG\r\n\x1a\n") ? "image/png"
    : /^GIF8[79]a/.test(head) ? "image/gif" : head.startsWith("RIFF") && head.slice(8, 12) === "WEBP" ? "image/webp"
      : head.startsWith("BM") ? "image/bmp" : "";
  if (!type) throw new Unusable(`is ${foreignKind(bytes, head)}, not an image that this browser reads; accepted: ${ACCEPTED}`);
  if (!hasEnd(bytes, type)) throw new Unusable("is damaged: the end of the file is missing; copy it again");
  return type;
}

function foreignKind(bytes, head) {
  if (head.slice(4, 8) === "ftyp") return BRANDS[head.slice(8, 12)] ?? "video";
  const known = SIGNATURES.find(([start]) => head.startsWith(start));
  if (known) return known[1];
  if (latin(bytes, 128, 132) === "DICM") return "DICOM";
  const text = latin(bytes, 0, 512).replace(/^(?:\xef\xbb\xbf)?\s*/, "").toLowerCase();
  if (text.includes("<svg")) return "SVG";
  if (/^(?:<!doctype html|<html|<head|<body)/.test(text)) return "HTML";
  return /^[\t\n\r\f -\xff]*$/.test(latin(bytes, 0, 512)) ? "text" : "of an unknown kind";
}

/** Whether a file goes on to its end: browsers would show the rest of an image as grey. */
function hasEnd(bytes, type) {
  if (type === "image/png") return latin(bytes, bytes.length - 64, bytes.length).includes("IEND") || bytes.length < 64 || endOf(bytes, "IEND");
  if (type === "image/webp") return new DataView(bytes.buffer, bytes.byteOffset).getUint32(4, true) + 8 <= bytes.length;
  if (type !== "image/jpeg") return true;
  const scan = segments(bytes).find((one) => one.marker === 0xda)?.start ?? 0;
  for (let at = bytes.length - 2; at > scan; at--) if (bytes[at] === 0xff && bytes[at + 1] === 0xd9) return true;
  return false;
}

const endOf = (bytes, name) => chunks(bytes, 8, false).some((one) => one.name === name);

/** How the image lies in the file, 1 to 8 as EXIF numbers it, and the bytes with that set to 1. */
export function upright(bytes, type) {
  const place = orientationPlace(bytes, type);
  if (!place) return { orientation: describedOrientation(bytes, type), bytes };
  const found = place.view.getUint16(place.at, place.isLittle);
  if (found < 2 || found > 8) return { orientation: 1, bytes };
  const copy = bytes.slice(); // turned here, not by the browser: not all of them turn every kind of file
  new DataView(copy.buffer).setUint16(place.view.byteOffset - bytes.byteOffset + place.at, 1, place.isLittle);
  return { orientation: found, bytes: copy };
}

/** Where the file says how it lies: `{view, at, isLittle}`; null where it does not. */
function orientationPlace(bytes, type) {
  const start = exifStart(bytes, type);
  if (start === null || start + 8 > bytes.length) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset + start, bytes.length - start);
  const order = view.getUint16(0);
  if (order !== 0x4949 && order !== 0x4d4d) return null;
  const isLittle = order === 0x4949;
  const directory = view.getUint32(4, isLittle);
  if (directory + 2 > view.byteLength) return null;
  const count = view.getUint16(directory, isLittle);
  for (let entry = 0; entry < count; entry++) {
    const at = directory + 2 + 12 * entry;
    if (at + 12 > view.byteLength) return null;
    if (view.getUint16(at, isLittle) === ORIENTATION) return { view, at: at + 8, isLittle };
  }
  return null;
}

function exifStart(bytes, type) {
  if (type === "image/jpeg") {
    const found = segments(bytes).find((one) => one.marker === 0xe1 && latin(bytes, one.start, one.start + 6) === "Exif\0\0");
    return found ? found.start + 6 : null;
  }
  const [first, name, isLittle] = type === "image/png" ? [8, "eXIf", false] : type === "image/webp" ? [12, "EXIF", true] : [];
  const found = first ? chunks(bytes, first, isLittle).find((one) => one.name === name) : null;
  if (!found) return null;
  return latin(bytes, found.start, found.start + 6) === "Exif\0\0" ? found.start + 6 : found.start;
}

/** As XMP says it, where EXIF says nothing. */
function describedOrientation(bytes, type) {
  if (type !== "image/jpeg") return 1;
  const text = new TextDecoder("latin1").decode(bytes.subarray(0, SEARCHED));
  return Number(text.match(/tiff:Orientation(?:="|>)([1-8])/)?.[1] ?? 1);
}

/** Chunks of a PNG (length, name, content, sum) or of a WebP (name, length, content). */
function chunks(bytes, first, isRiff) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const found = [];
  for (let at = first; at + 8 <= bytes.length;) {
    const length = view.getUint32(isRiff ? at + 4 : at, isRiff);
    found.push({ name: latin(bytes, isRiff ? at : at + 4, isRiff ? at + 4 : at + 8), start: at + 8 });
    at += isRiff ? 8 + length + (length & 1) : 12 + length;
  }
  return found;
}
