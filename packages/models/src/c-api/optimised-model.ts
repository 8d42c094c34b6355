import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fieldsOf, wireField } from '../files/wire-fields.js';
import { decodeNode, encodeGraph, type OnnxNode } from '../onnx/onnx-file.js';
import { BoundSession, type SessionData } from './bound-session.js';
import type { OrtLibrary } from './ort-library.js';

/** A graph as onnxruntime runs it, which writes it to a file only. Throws where it cannot. */
export async function optimisedModel(library: OrtLibrary, data: SessionData): Promise<Uint8Array> {
  const folder = await mkdtemp(join(tmpdir(), 'unitscope-optimised-'));
  try {
    const path = join(folder, 'model.onnx');
    const session = await BoundSession.create(library, { ...data, optimisedTo: path });
    await session.release();
    return await readFile(path);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

// Fields of ModelProto and GraphProto.
const GRAPH = 7;
const NODE = 1;
const OUTPUT = 12;
const VALUE_INFO = 13;

/** A network whose outputs are left in blocks of channels. */
export interface InBlocks {
  readonly model: Uint8Array;
  /** The tensor in blocks of each output that onnxruntime puts into blocks. */
  readonly blockedOf: ReadonlyMap<string, string>;
}

/**
 * Leaves out what turns the blocks of an optimised network (NCHWc) into rows of channels for its outputs; what comes out is
 * the tensor before it. Null where no output is in blocks.
 */
export function leaveBlocks(
  optimised: Uint8Array,
  outputs: readonly string[],
  mayBlock: (output: string) => boolean,
): InBlocks | null {
  const whole = [...fieldsOf(optimised)];
  const graphs = whole.filter(({ number, content }) => number === GRAPH && content !== null);
  const [graph] = graphs;
  if (graphs.length !== 1 || graph?.content == null) return null;
  const fields = [...fieldsOf(graph.content)];
  const nodes = fields.map(({ number, content }) =>
    number === NODE && content !== null ? decodeNode(content) : null,
  );
  const wanted = new Set(outputs);
  const blockedOf = new Map<string, string>();
  for (const node of nodes) {
    const [made = ''] = node?.output ?? [];
    const [blocked] = node?.input ?? [];
    if (node !== null && blocked !== undefined && wanted.has(made) && mayBlock(made) && leavesBlocks(node))
      blockedOf.set(made, blocked);
  }
  if (blockedOf.size === 0) return null;
  const read = new Set(nodes.flatMap((node) => node?.input ?? []));
  const kept = fields.filter(({ number }, i) => {
    const [made = ''] = nodes[i]?.output ?? [];
    return number !== OUTPUT && number !== VALUE_INFO && (!blockedOf.has(made) || read.has(made));
  });
  const names = [...new Set(outputs.map((name) => blockedOf.get(name) ?? name))];
  const edited = Buffer.concat([...kept.map((field) => field.whole), encodeGraph([], names)]);
  const model = whole.flatMap((field) => (field === graph ? wireField(GRAPH, edited) : [field.whole]));
  return { model: Buffer.concat(model), blockedOf };
}

function leavesBlocks({ domain, opType, attribute }: OnnxNode): boolean {
  return (
    domain === 'com.microsoft.nchwc' &&
    opType === 'ReorderOutput' &&
    // Rows of channels, not channels last.
    attribute.every(({ name, i }) => name !== 'channels_last' || i === 0)
  );
}
