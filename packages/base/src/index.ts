export { REQUESTS_AT_ONCE, eachLimited } from './concurrency/each-limited.js';
export { inOrder } from './concurrency/in-order.js';
export { oneAhead } from './concurrency/one-ahead.js';
export { InputError } from './errors/input-error.js';
export { reasonOf, systemReason } from './errors/reason.js';
export { narrowFloat16, roundToFloat16, widenFloat16 } from './numbers/float16.js';
export { Random, seedOf } from './numbers/random.js';
export { type SampleSummary, meanOf, quantile, summarize } from './numbers/sample-summary.js';
export {
  seededNormals,
  seededShuffle,
  seededUniforms,
  seededWholeNumbers,
} from './numbers/seeded-shuffle.js';
export { type Json, canonicalJson } from './text/canonical-json.js';
export { counted, countText, firstNames } from './text/count-text.js';
export { FORMULA, csvSafe, csvText } from './text/csv-text.js';
export { fileName } from './text/file-name.js';
export { markdownText } from './text/markdown-text.js';
export { markupText } from './text/markup-text.js';
export { nearest } from './text/nearest.js';
export { jsonText, line, shownIn, shownLines, shownText } from './text/shown-text.js';
export { compareText, naturalOrder } from './text/text-order.js';
