import { textAt } from '@unitscope/tables';
import { counted, firstNames } from '@unitscope/base';
import type { AcrossRow, AcrossRows } from '@unitscope/plots';
import { evenly } from '@unitscope/entropy';
import { NotComparableError } from '../errors.js';
import type { ResultCheckpoint } from '../results/result-tables.js';
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
  const overAll = await valuesOf(a, b, pairs);
  const layers = commonLayers(a, b, overAll);
  const rows: AcrossRow[] = [];
  for (const category of categories.shown) {
    const values = category === null ? overAll : await valuesOf(a, b, pairs, category);
    rows.push(...rowsOf(values, pairs, category, layers.names));
  }
  const some =
    pairs.length < matched.pairs.length ? [`${pairs.length} of these pairs are shown, evenly spaced.`] : [];
  return {
    rows,
    notes: {
      ...{ a: a.name, b: b.name, definition: a.definition },
      words: [layers.words, categories.words, matched.words, ...some, ...settingWords(a, b)],
      left_out: [
        ...layers.leftOut,
        ...categories.leftOut,
        ...unmatched(a, matched.pairs, 'a'),
        ...unmatched(b, matched.pairs, 'b'),
      ],
      pairs: pairs.map(({ name }) => name),
    },
  };
}

/** The checkpoints of a sweep that have no partner. */
function unmatched(sweep: SweepResults, pairs: readonly CheckpointPair[], side: 'a' | 'b'): string[] {
  const paired = new Set(pairs.map((pair) => pair[side]));
  const rest = sweep.checkpoints.filter((checkpoint) => !paired.has(checkpoint)).map(({ label }) => label);
  return rest.length === 0 ? [] : [`Checkpoints of ${sweep.name} alone: ${firstNames(rest, MOST_NAMED)}.`];
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
      `${a.name} and ${b.name} have no category in common: ${firstNames(inA, MOST_NAMED)} and ${firstNames(inB, MOST_NAMED)}`,
    );
  const only = (name: string, own: readonly string[]): string[] => {
    const rest = own.filter((category) => !common.includes(category));
    return rest.length === 0 ? [] : [`Categories of ${name} alone: ${firstNames(rest, MOST_NAMED)}.`];
  };
  return {
    shown: common,
    words: `${counted(common.length, 'category', 'categories')} in common, each by itself: ${firstNames(common, MOST_NAMED)}.`,
    leftOut: [...only(a.name, inA), ...only(b.name, inB)],
  };
}

/** H of the layers of both sweeps at their checkpoints of the pairs. */
interface BothValues {
  readonly inA: readonly LayerValues[];
  readonly inB: readonly LayerValues[];
}

async function valuesOf(
  a: SweepResults,
  b: SweepResults,
  pairs: readonly CheckpointPair[],
  category?: string,
): Promise<BothValues> {
  const of = (results: SweepResults, side: 'a' | 'b'): Promise<LayerValues[]> =>
    layerValues(
      results,
      pairs.map((pair) => pair[side]),
      category,
    );
  return { inA: await of(a, 'a'), inB: await of(b, 'b') };
}

function commonLayers(
  a: SweepResults,
  b: SweepResults,
  { inA, inB }: BothValues,
): Common & { readonly names: ReadonlySet<string> } {
  const sizes = new Map(inB.map(({ layer, mapSize }) => [layer, mapSize]));
  const common = inA.filter(({ layer, mapSize }) => sizes.get(layer) === mapSize).map(({ layer }) => layer);
  const other = inA.filter(({ layer, mapSize }) => (sizes.get(layer) ?? mapSize) !== mapSize);
  const alone = (name: string, own: readonly LayerValues[], others: readonly LayerValues[]): string[] => {
    const rest = own
      .filter(({ layer }) => !others.some((one) => one.layer === layer))
      .map(({ layer }) => layer);
    return rest.length === 0 ? [] : [`Layers of ${name} alone: ${firstNames(rest, MOST_NAMED)}.`];
  };
  const leftOut = [
    ...(other.length === 0
      ? []
      : [
          `Layers with maps of another size, whose H are not of one scale: ${firstNames(
            other.map(({ layer, mapSize }) => `${layer} (${mapSize}² and ${sizes.get(layer) ?? ''}²)`),
            MOST_NAMED,
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

function rowsOf(
  { inA, inB }: BothValues,
  pairs: readonly CheckpointPair[],
  category: string | null,
  layers: ReadonlySet<string>,
): AcrossRow[] {
  const others = new Map(inB.map((layer) => [layer.layer, layer]));
  return pairs.flatMap((pair, at) =>
    inA
      .filter(({ layer }) => layers.has(layer))
      .map(({ layer, mapSize, values }): AcrossRow => {
        const [own, other] = [values[at] ?? null, others.get(layer)?.values[at] ?? null];
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
