// What the benchmarks share: their options, their lines, a folder that goes with them.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

/**
 * The options of a benchmark, --json and --help among them; `parts` are those that --only takes one of. Ends where the usage was asked for, or a part is none.
 *
 * @returns {Record<string, any>}
 */
export function benchOptions(usage, own, parts) {
  /** @type {{ values: Record<string, any> }} */
  const { values } = parseArgs({
    options: {
      ...own,
      ...(parts && { only: { type: 'string' } }),
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(usage);
    process.exit(0);
  }
  if (values.only !== undefined && !parts.includes(values.only)) {
    const expected = `${parts.slice(0, -1).join(', ')} or ${parts.at(-1)}`;
    process.stderr.write(`--only: expected ${expected}, found ${values.only}\n`);
    process.exit(2);
  }
  return values;
}

export const line = (text) => process.stdout.write(`${text}\n`);

/** @param {readonly number[]} values */
export const median = (values) => [...values].sort((a, b) => a - b)[values.length >> 1];

/** A folder that is removed when the benchmark ends. */
export function scratchFolder() {
  const folder = mkdtempSync(join(tmpdir(), 'unitscope-bench-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
