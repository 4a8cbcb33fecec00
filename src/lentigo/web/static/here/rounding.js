// Rounding as Python and NumPy do it.

/** To the nearest whole number, halves to the even one. */
export function halfEven(value) {
  const down = Math.floor(value);
  if (value - down !== 0.5) return Math.round(value);
  return down % 2 ? down + 1 : down;
}
