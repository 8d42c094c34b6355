/** Numbers from one to another; null: no bound. */
export interface Range {
  readonly from: number | null;
  readonly to: number | null;
}

/** A range as an address has it: `4..128`, `0.5..`; null where it is none. */
export function readRange(text: string | null): Range | null {
  const [, from = '', to = ''] = /^([0-9.e+-]*?)\.\.([0-9.e+-]*)$/.exec(text ?? '') ?? [];
  const range = { from: bound(from), to: bound(to) };
  const isWhole = (range.from !== null || from === '') && (range.to !== null || to === '');
  return isWhole && rangeText(range) !== null ? range : null;
}

export function rangeText({ from, to }: Range): string | null {
  return from === null && to === null ? null : `${from ?? ''}..${to ?? ''}`;
}

/** A range with another bound; the other one is given up where it lies beyond it. */
export function withBound(range: Range, name: keyof Range, value: number | null): Range {
  const { from, to }: Range = name === 'from' ? { ...range, from: value } : { ...range, to: value };
  const isCrossed = from !== null && to !== null && from > to;
  return { from: isCrossed && name === 'to' ? null : from, to: isCrossed && name === 'from' ? null : to };
}

function bound(text: string): number | null {
  return text === '' || !Number.isFinite(Number(text)) ? null : Number(text);
}
