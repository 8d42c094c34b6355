/** Compares texts by their UTF-8 bytes, which JavaScript's own order of UTF-16 units is not. */
export function compareUtf8(a: string, b: string): number {
  if (a === b) return 0;
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
