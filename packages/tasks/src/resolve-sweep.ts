import { manifestFormat, SEMANTICS_VERSION, specDigest, type Manifest, type Spec } from '@unitscope/plan';
import { kernelDigest } from './proof/kernel-proof.js';
import { resolveActivations } from './resolve-activations.js';
import { resolveModels } from './resolve-models.js';

/**
 * Looks up what a spec names: globs, digests, images, layers. The only planning step that reads anything. `folder` is
 * what the spec's paths are relative to. Throws InputError of the cause.
 */
export async function resolveSweep(spec: Spec, folder: string): Promise<Manifest> {
  const { models, activations } = spec.source;
  const resolved =
    models === undefined
      ? await resolveActivations(activations ?? [], folder)
      : await resolveModels(models, folder);
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
