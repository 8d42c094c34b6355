const DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const WHOLE = /^[+-]?\d+$/;
const INFINITE = /^([+-]?)inf(?:inity)?$/i;

/**
 * The number that a log has written, NaN and infinities among them; a whole number that no float64 holds stays the text
 * that it is. Undefined where the text is no number.
 */
export function loggedNumber(text: string): number | string | undefined {
  if (/^[+-]?nan$/i.test(text)) return NaN;
  const infinite = INFINITE.exec(text);
  if (infinite !== null) return infinite[1] === '-' ? -Infinity : Infinity;
  if (!DECIMAL.test(text)) return undefined;
  const number = Number(text);
  if (!WHOLE.test(text) || Number.isSafeInteger(number)) return Number.isFinite(number) ? number : undefined;
  return Number.isFinite(number) && BigInt(number) === BigInt(text.replace(/^\+/, '')) ? number : text;
}
