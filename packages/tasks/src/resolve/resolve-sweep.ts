import { manifestFormat, SEMANTICS_VERSION, specDigest, type Manifest, type Spec } from '@unitscope/plan';
import { kernelDigest } from '../sweeps/proof/kernel-proof.js';
import { Looks } from './looks/looks.js';
import { resolveActivations } from './files/resolve-activations.js';
import { resolveMeasurements } from './files/resolve-measurements.js';
import { resolveModels } from './resolve-models.js';
import { resolveShownImages } from './resolve-shown-images.js';

/**
 * Looks up what a spec names: globs, digests, images, layers. The only planning step that reads anything. `folder` is
 * what the spec's paths are relative to; `known`: what was found there before, by default that of earlier runs. Throws
 * InputError of the cause.
 */
export async function resolveSweep(spec: Spec, folder: string, known?: Looks): Promise<Manifest> {
  const looks = known ?? (await Looks.of(spec.name, folder));
  // Also where it fails at one file of many: the others need not be looked at again.
  const resolved = await resolveSource(spec, folder, looks).finally(() => looks.save());
  return {
    format: manifestFormat,
    sweep: spec.name,
    specDigest: specDigest(spec),
    semantics: SEMANTICS_VERSION,
    kernel: kernelDigest(),
    density: spec.density,
    statistics: spec.statistics,
    keepActivations: spec.activations === 'keep',
    ...(spec.activations === 'keep' && spec.compression !== 'none' && { compression: spec.compression }),
    keepBirths: spec.births,
    ...resolved,
  };
}

async function resolveSource(
  { source: { models, activations, measurements, run, images, preprocess }, density }: Spec,
  folder: string,
  looks: Looks,
): Promise<Pick<Manifest, 'checkpoints' | 'source'>> {
  if (models !== undefined) return await resolveModels(models, folder, looks);
  if (measurements !== undefined)
    return await resolveMeasurements(measurements, folder, { density, run }, looks);
  const files = await resolveActivations(activations ?? [], run, folder, looks);
  if (images === undefined) return files;
  const shown = await resolveShownImages(images, preprocess ?? 'unit', files.source.cells, folder);
  return { ...files, source: { ...files.source, shown } };
}
