import { Command } from 'commander';
import { print, printJson } from '../terminal/output.js';
import { storeAddress } from '../sweeps/spec-file.js';

interface Options {
  readonly store?: string;
  readonly checkpoint?: string;
  readonly layer?: string;
  readonly category?: string;
  readonly out?: string;
  readonly json?: true;
}

export function mapsCommand(): Command {
  return new Command('maps')
    .argument('<name>', 'a sweep that kept its maps (`activations: keep`)')
    .option('--store <address>', 'folder, file:// or s3:// address; default: ./.unitscope')
    .option('--checkpoint <label>', 'default: the last one')
    .option('--layer <layer>', 'the layer, as the sweep calls it; default: the only one')
    .option('--category <category>', 'whose images; default: the only one')
    .option('--out <file>', 'default: ./<name>-<checkpoint>-<layer>-<category>.arrow')
    .option('--json', 'what was written, as JSON')
    .addHelpText(
      'after',
      `
Writes the feature maps that the sweep kept as an activations/1 file (docs/tables.md): checkpoint, layer, category and
images have their names again. \`unitscope entropy FILE\` measures it, pyarrow and polars read it. OUT is replaced whole, or
left as it was. Where the objects of all cells lie is in results/objects.arrow.

Examples:
  unitscope maps demo --layer conv4 --category 3
  unitscope maps demo --checkpoint step-0064 --layer conv4 --category 3 --out conv4.arrow`,
    )
    .action(writeMaps);
}

async function writeMaps(name: string, options: Options): Promise<void> {
  const [{ openStore, labelSegment }, { keptCell, SweepResults, writeKeptMaps }, { OutputFile }] =
    await Promise.all([import('@unitscope/store'), import('@unitscope/query'), import('@unitscope/process')]);
  const results = await SweepResults.open(await openStore(storeAddress(options.store)), name);
  const found = await keptCell(results, options);
  const { layer, category } = found.cell;
  const labels = [name, found.checkpoint.label, layer, category].filter((label) => label !== null);
  const path = options.out ?? `${labels.map(labelSegment).join('-')}.arrow`;
  const file = await OutputFile.create(path);
  try {
    const written = await writeKeptMaps(results, found, file);
    await file.commit();
    const { label: checkpoint } = found.checkpoint;
    if (options.json === true)
      printJson({ sweep: name, checkpoint, layer, category, ...written, file: path });
    else
      print(
        `wrote ${path}: ${written.units} units × ${written.images} images, maps of ${written.size}×${written.size} ` +
          `(checkpoint ${checkpoint}, layer ${layer ?? '-'}, category ${category ?? '-'})\n`,
      );
  } catch (error) {
    await file.abort();
    throw error;
  }
}
