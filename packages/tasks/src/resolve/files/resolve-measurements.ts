import { SEMANTICS_VERSION } from '@unitscope/plan';
import { openMeasurements, type MeasurementCell, type MeasurementsHeader } from '@unitscope/tables';
import { MeasurementFilesError } from '../../errors.js';
import type { Looks } from '../looks/looks.js';
import { kernelDigest } from '../../sweeps/proof/kernel-proof.js';
import { filesManifest, type DescribedFile, type ResolvedFiles } from './files-manifest.js';
import { sourceFiles } from './source-files.js';

interface Described extends DescribedFile {
  readonly header: MeasurementsHeader;
  readonly cells: readonly MeasurementCell[];
}

interface MeasurementsOptions {
  /** Of the sweep. */
  readonly density: number;
  /** The metadata that tells trainings apart; undefined: found. */
  readonly run: string | readonly string[] | undefined;
}

/**
 * The checkpoints and cells of measurements/1 files. Throws InputError of the cause; MeasurementFilesError where they are
 * of another density, semantics version or kernel, or hold the same twice.
 */
export async function resolveMeasurements(
  patterns: readonly string[],
  folder: string,
  { density, run }: MeasurementsOptions,
  looks: Looks,
): Promise<ResolvedFiles> {
  const found = await sourceFiles('measurements', patterns, folder, openMeasurements, looks);
  const described = found.map(({ file, read: { header, cells } }): Described => ({
    file,
    header,
    checkpoint: header.checkpoint,
    meta: header.meta,
    cells,
  }));
  for (const one of described) refuseOther(one, density);
  refuseTwice(described);
  return filesManifest('measurements', described, run);
}

function refuseOther({ file, header }: Described, density: number): void {
  const differs = (what: string, expected: string | number, found: string | number, remedy: string): void => {
    if (expected === found) return;
    throw new MeasurementFilesError(
      `${file.location}: expected ${what} ${expected}, found ${found}; ${remedy}`,
    );
  };
  differs('density', density, header.density, 'give it as `density` in the spec, or measure with that one');
  const remedy = 'measure with the Python package of this version, or sweep with the version that measured';
  differs('semantics version', SEMANTICS_VERSION, header.semantics, remedy);
  differs('the kernel', kernelDigest(), header.kernel, remedy);
}

/** A cell may be in several files only where they say which part of the images each has. */
function refuseTwice(described: readonly Described[]): void {
  const seen = new Map<string, string>();
  const parts = new Map<string, boolean>();
  for (const { file, checkpoint, header, cells } of described) {
    for (const { layer, layerIndex, category } of cells) {
      const cell = JSON.stringify([checkpoint, layer, layerIndex, category]);
      const key = JSON.stringify([cell, header.part]);
      const other = seen.get(key);
      const isPart = header.part !== null;
      if (other !== undefined || (parts.has(cell) && !(isPart && parts.get(cell) === true))) {
        const place = `layer ${JSON.stringify(layer)}, category ${JSON.stringify(category)}`;
        const of = isPart ? ` of part ${JSON.stringify(header.part)}` : '';
        throw new MeasurementFilesError(
          `${file.location}: expected no other file of checkpoint ${JSON.stringify(checkpoint)} with ${place}${of}, found ` +
            `${other ?? 'one'}; files that share the images of a cell each name theirs in unitscope.part`,
        );
      }
      seen.set(key, file.location);
      parts.set(cell, isPart);
    }
  }
}
