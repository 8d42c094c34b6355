/** The 28×28 grey pixels of an image of `pictures`: a brightness of its own each, with a bright corner. */
export function picturePixels(i: number): Uint8Array {
  return Uint8Array.from({ length: 28 * 28 }, (_, pixel) =>
    pixel % 28 < 8 && pixel < 28 * 8 ? 250 : 20 * i + 10 + 40 * Number((pixel * 7 + i) % 5 === 0),
  );
}
