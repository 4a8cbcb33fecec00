// 8-bit grey pixels in, a PNG in base64 out: the form in which the service gives saliency maps.

const SIGNATURE = [137, 80, 78, 71, 13, 10, 26, 10];
const CRC = Uint32Array.from({ length: 256 }, (_, value) => {
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value;
});

/** @param grey Uint8Array of height * width. */
export async function greyPng(grey, height, width) {
  const rows = new Uint8Array(height * (width + 1)); // each row begins with its filter: none
  for (let y = 0; y < height; y++) rows.set(grey.subarray(y * width, (y + 1) * width), y * (width + 1) + 1);
  const header = [...big(width), ...big(height), 8, 0, 0, 0, 0];
  const parts = [SIGNATURE, chunk("IHDR", header), chunk("IDAT", await deflated(rows)), chunk("IEND", [])];
  return btoa(parts.map((part) => String.fromCharCode(...part)).join(""));
}

function chunk(name, content) {
  const named = [...name].map((sign) => sign.charCodeAt(0)).concat(...content);
  return [...big(content.length), ...named, ...big(crcOf(named))];
}

const big = (number) => [24, 16, 8, 0].map((shift) => (number >>> shift) & 255);

function crcOf(bytes) {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = CRC[(crc ^ byte) & 255] ^ (crc >>> 8);
  return ~crc >>> 0;
}

async function deflated(bytes) {
  const stream = new Blob([bytes]).stream().pipeThrough(new CompressionStream("deflate"));
  return Array.from(new Uint8Array(await new Response(stream).arrayBuffer()));
}
