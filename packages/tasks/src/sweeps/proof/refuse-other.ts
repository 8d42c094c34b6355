import { imageLibraryId } from '@unitscope/datasets';
import { backendId, providersOf } from '@unitscope/models';
import { SEMANTICS_VERSION, type Manifest } from '@unitscope/plan';
import { WorkerDiffersError } from '../../errors.js';
import { kernelDigest } from './kernel-proof.js';
import { PROGRAM_VERSION } from './program-version.js';

/** What an object says of the program that wrote it; part of no key. */
export function writerId(): string {
  const { version, platform, arch } = process;
  return (
    `unitscope ${PROGRAM_VERSION}, semantics ${SEMANTICS_VERSION}, kernel ${kernelDigest().slice(0, 12)}, ` +
    `node ${version.slice(1)} ${platform}-${arch}`
  );
}

/**
 * Throws WorkerDiffersError where this process would make other numbers than the keys of a sweep's objects say: by its
 * semantics version, kernel, image library or tensor backend. Whoever computes asks this first.
 */
export async function refuseOther(manifest: Manifest): Promise<void> {
  const { source, semantics, kernel, checkpoints } = manifest;
  const facts: Fact[] = [
    ['semantics version', semantics, SEMANTICS_VERSION],
    ...(kernel === undefined ? [] : [['kernel', kernel.slice(0, 12), kernelDigest().slice(0, 12)] as const]),
  ];
  if (source.kind === 'models') {
    facts.push(['image library', source.imageLibrary, await imageLibraryId()]);
    // A tfjs backend is told when it is loaded, with the model.
    const onnx = checkpoints.filter(({ model }) => model?.format === 'onnx');
    for (const backend of new Set(onnx.map(({ model }) => model?.backend ?? ''))) {
      facts.push([
        'tensor backend',
        backend,
        await backendId('onnx', 'auto', undefined, providersOf(backend)),
      ]);
    }
  }
  refuseDifference(manifest.sweep, facts);
}

type Fact = readonly [what: string, expected: string | number, found: string | number];

/** Throws WorkerDiffersError, which names all that differs. */
export function refuseDifference(sweep: string, facts: readonly Fact[]): void {
  const differences = facts
    .filter(([, expected, found]) => expected !== found)
    .map(([what, expected, found]) => `${what}: expected ${expected}, found ${found}`);
  if (differences.length === 0) return;
  throw new WorkerDiffersError(
    `sweep "${sweep}" was resolved by another program than unitscope ${PROGRAM_VERSION} here, whose numbers may differ ` +
      `(${differences.join('; ')}): go on with workers like the one that resolved it, or resolve it anew with ` +
      '`unitscope sweep` of this version; platforms that differ: the key `platform` of the spec',
  );
}
