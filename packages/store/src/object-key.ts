import { ObjectKeyError } from './store-errors.js';

const MAX_SEGMENT_BYTES = 255;
const CONTROL_OR_BACKSLASH = /[\p{Cc}\\]/u;

/**
 * Splits a key into its segments. Throws ObjectKeyError for a key that could leave the store or be written in
 * two ways: an empty segment, one that starts with '.' (the store's own names do), a control character,
 * a backslash, a lone surrogate, or more than 255 bytes.
 */
export function keySegments(key: string): string[] {
  const segments = key.split('/');
  for (const segment of segments) {
    const problem = segmentProblem(segment);
    if (problem !== undefined) {
      throw new ObjectKeyError(
        `object key ${JSON.stringify(key)}: expected segments joined by '/', found ${problem}`,
      );
    }
  }
  return segments;
}

function segmentProblem(segment: string): string | undefined {
  if (segment === '') return 'an empty segment';
  if (segment.startsWith('.')) return `a segment that starts with '.': ${JSON.stringify(segment)}`;
  if (CONTROL_OR_BACKSLASH.test(segment)) return 'a control character or a backslash';
  const bytes = Buffer.from(segment);
  if (bytes.toString() !== segment) return 'text that is not valid Unicode';
  if (bytes.length > MAX_SEGMENT_BYTES) return `a segment of ${bytes.length} bytes, more than 255`;
  return undefined;
}
