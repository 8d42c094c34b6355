import type { OpGraph, Op } from './op-graph.js';
import type { StepList } from './step-list.js';

// What follows a residual sum is one operation or two; a bound keeps the search linear in the network.
const MAX_OPS = 16;

/**
 * What stands beyond a tap without an activation: an operation without a row that ended the search, or an activation
 * behind operations that join or mix the units; null where the next layer reads the tap.
 */
export function noteBeyond(graph: OpGraph, origin: string, steps: StepList, end: number): string | null {
  const own = new Set(steps.all().flatMap(({ ops }) => ops.map(({ output }) => output)));
  const tensors = [origin, ...steps.known.map(({ output }) => output)].slice(end + 1);
  const queue: { op: Op; past: Op }[] = tensors
    .flatMap((tensor) => graph.readers(tensor))
    .filter(({ output }) => !own.has(output))
    .map((op) => ({ op, past: op }));
  const seen = new Set<Op>();
  for (let next = queue.shift(); next !== undefined && seen.size < MAX_OPS; next = queue.shift()) {
    const { op, past } = next;
    if (seen.has(op)) continue;
    seen.add(op);
    if (op.role === 'unknown' && op === past) {
      return `the search ended at '${op.name}' (${op.type}), an operation that unitscope does not know`;
    }
    if (op.role === 'activation') {
      return op === past ? null : `${op.type} follows beyond '${past.name}' (${past.type})`;
    }
    if (isLayer(op)) continue;
    queue.push(...graph.readers(op.output).map((reader) => ({ op: reader, past })));
  }
  return null;
}

function isLayer({ role, meaning }: Op): boolean {
  return role === 'convolution' || role === 'reduce' || role === 'unknown' || meaning?.dense === true;
}
