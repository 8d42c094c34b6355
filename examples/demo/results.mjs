// Reads a sweep's Arrow tables: how any program of yours would, in a few lines.
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { FileSource, layersSchema, openCheckpoints, TableFile } from '@unitscope/tables';

async function readTable(path, open) {
  const source = await FileSource.open(path);
  try {
    return await (await open(source)).readAll();
  } finally {
    await source.close();
  }
}

const cell = ({ values, valid }, row) => (valid[row] === 1 ? values[row] : null);
const text = ({ codes, labels }, row) => labels[codes[row]];

/** The checkpoints by step, and for each layer the mean over categories at each of them. */
export async function readResults(folder) {
  const checkpoints = await readTable(join(folder, 'checkpoints.arrow'), openCheckpoints);
  const steps = Array.from(checkpoints.checkpoint_index, (index, row) => ({
    index,
    step: cell(checkpoints.meta_step, row),
    loss: cell(checkpoints.meta_loss, row),
    accuracy: cell(checkpoints.meta_accuracy, row),
  })).sort((a, b) => a.step - b.step);

  const layers = new Map();
  for (const name of await readdir(join(folder, 'layers'))) {
    if (!name.endsWith('.arrow')) continue;
    const table = await readTable(join(folder, 'layers', name), (source) =>
      TableFile.open(source, layersSchema),
    );
    for (let row = 0; row < table.units.length; row++) {
      if (text(table.scope, row) !== 'all') continue;
      const layer = text(table.layer.values, row);
      if (!layers.has(layer))
        layers.set(layer, { name: layer, index: cell(table.layer_index, row), points: [] });
      const at = steps.findIndex(({ index }) => index === cell(table.checkpoint_index, row));
      layers.get(layer).points[at] = {
        entropy: cell(table.entropy_mean, row),
        entropyLow: cell(table.entropy_ci_low, row),
        entropyHigh: cell(table.entropy_ci_high, row),
        relativeEntropy: cell(table.relative_entropy_mean, row),
        relativeLow: cell(table.relative_entropy_ci_low, row),
        relativeHigh: cell(table.relative_entropy_ci_high, row),
        selectiveRate: cell(table.selective_rate_mean, row),
      };
    }
  }
  return { steps, layers: [...layers.values()].sort((a, b) => a.index - b.index) };
}
