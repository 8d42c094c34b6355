import { canonicalJson } from '@unitscope/base';
import { NULL_ERROR, PAPER_LEAST_RATE } from '@unitscope/entropy';
import { cellKeys, sha256, type Cell, type Manifest } from '@unitscope/plan';

/** Rises when the tables that are made of the same unit objects change: they are made again then, and nothing is measured. */
const TABLES_VERSION = 3;

/**
 * What a result table's schema metadata says of where its numbers come from. `unitscope.content` is a digest of all
 * that determines the table's bytes: a table that has it need not be made again. `unitscope.cells` are the (layer,
 * category) pairs whose rows it holds, `unitscope.cells_planned` those the checkpoint has in the sweep.
 */
export function provenance(
  manifest: Manifest,
  checkpoint: number,
  cells: readonly Cell[],
  planned: number,
): Record<string, string> {
  const entry = manifest.checkpoints[checkpoint];
  const { threshold, minSelectiveRate, bootstrap } = manifest.statistics;
  const known = {
    'unitscope.sweep': manifest.sweep,
    'unitscope.spec_digest': manifest.specDigest,
    'unitscope.semantics_version': String(manifest.semantics),
    'unitscope.density': String(manifest.density),
    'unitscope.threshold': String(threshold),
    'unitscope.min_selective_rate': String(minSelectiveRate),
    'unitscope.paper_least_rate': String(PAPER_LEAST_RATE),
    'unitscope.null_error': String(NULL_ERROR),
    'unitscope.bootstrap': String(bootstrap),
    'unitscope.cells': String(cells.length),
    'unitscope.cells_planned': String(planned),
    ...(entry?.model !== undefined && { 'unitscope.backend': entry.model.backend }),
  };
  const parts = cells.map((cell) => [
    cellKeys(manifest, cell).units,
    cell.layer,
    cell.layerIndex,
    cell.category,
    imageLabels(manifest.keepBirths, cell),
  ]);
  const content = sha256(
    canonicalJson([TABLES_VERSION, known, entry?.label ?? null, checkpoint, manifest.keepBirths, parts]),
  );
  return { ...known, 'unitscope.content': content };
}

// Images have labels in the births table alone.
function imageLabels(keepBirths: boolean, cell: Cell): string[] {
  return keepBirths ? (cell.images?.map(({ label }) => label) ?? []) : [];
}
