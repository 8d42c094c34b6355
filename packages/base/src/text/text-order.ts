/** Order of the UTF-8 bytes, which is the order of code points; null first. */
export function compareText(a: string | null, b: string | null): number {
  if (a === b) return 0;
  if (a === null) return -1;
  if (b === null) return 1;
  const x = a[Symbol.iterator]();
  const y = b[Symbol.iterator]();
  for (;;) {
    const p = x.next();
    const q = y.next();
    if (p.done === true) return q.done === true ? 0 : -1;
    if (q.done === true) return 1;
    const difference = (p.value.codePointAt(0) ?? 0) - (q.value.codePointAt(0) ?? 0);
    if (difference !== 0) return difference;
  }
}

/** Order in which people read names with numbers: step-2 before step-10. */
export function naturalOrder(a: string, b: string): number {
  const x = a.split(/(\d+)/);
  const y = b.split(/(\d+)/);
  for (let i = 0; i < Math.max(x.length, y.length); i++) {
    const p = x[i] ?? '';
    const q = y[i] ?? '';
    const byNumber = i % 2 === 1 ? Number(p) - Number(q) : 0;
    if (byNumber !== 0) return byNumber;
    if (p !== q) return p < q ? -1 : 1;
  }
  return 0;
}
