import type { AcrossRow, AcrossRows } from '@unitscope/plots';
import { evenly } from '@unitscope/entropy';
import { NotComparableError } from '../errors.js';
import type { ResultCheckpoint } from '../results/result-tables.js';
import { textAt } from '../results/restate-statistics.js';
import { SweepResults } from '../results/sweep-results.js';
import { layerValues, type LayerValues } from '../trainings/layer-values.js';
import { refuseOtherQuantity, settingWords } from './compared-settings.js';
import { matchedCheckpoints, type CheckpointPair } from './matched-checkpoints.js';

/** Of more pairs evenly spaced ones are set side by side. */
const MOST_PAIRS = 60;
const MOST_NAMED = 8;

/**
 * Two sweeps side by side: the layers, categories and checkpoints that they have in common, and what is left out. It makes no test: the
 * sides differ in their data or their networks. Throws NotComparableError with the reason, and as SweepResults.open.
 */
export async function compareSweeps(a: SweepResults, nameB: string): Promise<AcrossRows> {
  const { threshold, minSelectiveRate } = a.restatement ?? {};
  const { statistics } = a.manifest;
  const b = await SweepResults.open(a.store, nameB, {
    threshold: threshold ?? statistics.threshold,
    minSelectiveRate: minSelectiveRate ?? statistics.minSelectiveRate,
    definition: a.definition,
  });
  refuseOtherQuantity(a, b);
  const matched = matchedCheckpoints(a, b);
  if (matched.pairs.length === 0) throw new NotComparableError(`${a.name} and ${b.name}: ${matched.words}`);
  const pairs = evenly(matched.pairs, MOST_PAIRS);
  const [first] = pairs;
  const categories = await commonCategories(a, b, first);
  const layers = await commonLayers(a, b, pairs);
  const rows: AcrossRow[] = [];
  for (const category of categories.shown) rows.push(...(await rowsOf(a, b, pairs, category, layers.names)));
  const some =
    pairs.length < matched.pairs.length ? [`${pairs.length} of these pairs are shown, evenly spaced.`] : [];
  return {
    rows,
    notes: {
      ...{ a: a.name, b: b.name },
      words: [layers.words, categories.words, matched.words, ...some, ...settingWords(a, b)],
      left_out: [...layers.leftOut, ...categories.leftOut],
      pairs: pairs.map(({ name }) => name),
    },
  };
}

interface Common {
  readonly words: string;
  readonly leftOut: readonly string[];
}

/** Of all categories where both have the same ones, else of each that they have in common: means over others are no common figure. */
async function commonCategories(
  a: SweepResults,
  b: SweepResults,
  pair: CheckpointPair | undefined,
): Promise<Common & { readonly shown: readonly (string | null)[] }> {
  const of = async (results: SweepResults, checkpoint: ResultCheckpoint | undefined): Promise<string[]> => {
    if (checkpoint === undefined) return [];
    const table = await results.layers(checkpoint);
    const found = Array.from(table.units, (_, row) => textAt(table.category, row));
    return [...new Set(found.filter((category) => category !== null))];
  };
  const [inA, inB] = [await of(a, pair?.a), await of(b, pair?.b)];
  const common = inA.filter((category) => inB.includes(category));
  if (inA.length === common.length && inB.length === common.length) {
    const words = `Both have the same ${counted(common.length, 'category', 'categories')}: means are over all of them.`;
    return { shown: [null], words, leftOut: [] };
  }
  if (common.length === 0)
    throw new NotComparableError(
      `${a.name} and ${b.name} have no category in common: ${named(inA)} and ${named(inB)}`,
    );
  const only = (name: string, own: readonly string[]): string[] => {
    const rest = own.filter((category) => !common.includes(category));
    return rest.length === 0 ? [] : [`Categories of ${name} alone: ${named(rest)}.`];
  };
  return {
    shown: common,
    words: `${counted(common.length, 'category', 'categories')} in common, each by itself: ${named(common)}.`,
    leftOut: [...only(a.name, inA), ...only(b.name, inB)],
  };
}

async function commonLayers(
  a: SweepResults,
  b: SweepResults,
  pairs: readonly CheckpointPair[],
): Promise<Common & { readonly names: ReadonlySet<string> }> {
  const [inA, inB] = [
    await layerValues(
      a,
      pairs.map((pair) => pair.a),
    ),
    await layerValues(
      b,
      pairs.map((pair) => pair.b),
    ),
  ];
  const sizes = new Map(inB.map(({ layer, mapSize }) => [layer, mapSize]));
  const common = inA.filter(({ layer, mapSize }) => sizes.get(layer) === mapSize).map(({ layer }) => layer);
  const other = inA.filter(({ layer, mapSize }) => (sizes.get(layer) ?? mapSize) !== mapSize);
  const alone = (name: string, own: readonly LayerValues[], others: readonly LayerValues[]): string[] => {
    const rest = own
      .filter(({ layer }) => !others.some((one) => one.layer === layer))
      .map(({ layer }) => layer);
    return rest.length === 0 ? [] : [`Layers of ${name} alone: ${named(rest)}.`];
  };
  const leftOut = [
    ...(other.length === 0
      ? []
      : [
          `Layers with maps of another size, whose H are not of one scale: ${named(
            other.map(({ layer, mapSize }) => `${layer} (${mapSize}² and ${sizes.get(layer) ?? ''}²)`),
          )}.`,
        ]),
    ...alone(a.name, inA, inB),
    ...alone(b.name, inB, inA),
  ];
  if (common.length === 0)
    throw new NotComparableError(
      `${a.name} and ${b.name} have no layer in common, by name and map size. ${leftOut.join(' ')}`,
    );
  const words = `${counted(common.length, 'layer')} of ${inA.length} and ${inB.length} in common, by name and map size.`;
  return { names: new Set(common), words, leftOut };
}

async function rowsOf(
  a: SweepResults,
  b: SweepResults,
  pairs: readonly CheckpointPair[],
  category: string | null,
  layers: ReadonlySet<string>,
): Promise<AcrossRow[]> {
  const asked = category ?? undefined;
  const inA = await layerValues(
    a,
    pairs.map((pair) => pair.a),
    asked,
  );
  const inB = new Map(
    (
      await layerValues(
        b,
        pairs.map((pair) => pair.b),
        asked,
      )
    ).map((layer) => [layer.layer, layer]),
  );
  return pairs.flatMap((pair, at) =>
    inA
      .filter(({ layer }) => layers.has(layer))
      .map(({ layer, mapSize, values }): AcrossRow => {
        const [own, other] = [values[at] ?? null, inB.get(layer)?.values[at] ?? null];
        const [h, g] = [own?.entropy ?? null, other?.entropy ?? null];
        return {
          pair: pair.name,
          checkpoint_a: pair.a.label,
          checkpoint_b: pair.b.label,
          ...{ layer, map_size: mapSize, category },
          ...{ entropy_a: h, low_a: own?.low ?? null, high_a: own?.high ?? null },
          ...{ entropy_b: g, low_b: other?.low ?? null, high_b: other?.high ?? null },
          difference: h === null || g === null ? null : g - h,
          relative_a: own?.relative ?? null,
          relative_b: other?.relative ?? null,
        };
      }),
  );
}

function named(names: readonly string[]): string {
  const more = names.length > MOST_NAMED ? ` and ${names.length - MOST_NAMED} more` : '';
  return `${names.slice(0, MOST_NAMED).join(', ')}${more}`;
}

function counted(number: number, noun: string, plural = `${noun}s`): string {
  return `${number} ${number === 1 ? noun : plural}`;
}
