import { canonicalJson, type Json } from '@unitscope/base';
import type { Manifest, ModelsManifest } from '@unitscope/plan';
import { NotComparableError } from '../errors.js';
import type { SweepResults } from '../results/sweep-results.js';

/** What has to be the same, since H is another quantity else. Throws NotComparableError. */
export function refuseOtherQuantity(a: SweepResults, b: SweepResults): void {
  const both = `${a.name} and ${b.name}`;
  const [one, other] = [a.manifest, b.manifest];
  if (a.name === b.name)
    throw new NotComparableError(
      `${a.name} with itself: choose two sweeps; Compare sets checkpoints of one side by side`,
    );
  const rules: readonly [what: string, of: (manifest: Manifest) => string | number][] = [
    ['density of the filtration', ({ density }) => density],
    ['semantics version (run the older one again)', ({ semantics }) => semantics],
    ['place where layers are looked at (tap)', ({ source }) => tapOf(source)],
  ];
  for (const [what, of] of rules) {
    if (of(one) !== of(other))
      throw new NotComparableError(
        `${both} are not comparable: their ${what} differs, ${of(one)} and ${of(other)}, and H with it`,
      );
  }
}

function tapOf(source: Manifest['source']): string {
  return source.kind === 'models' ? (source.tap ?? 'after-activation') : 'of files made elsewhere';
}

/** Which settings differ that both can be shown in spite of: sentences. `b` is stated with the settings of `a`. */
export function settingWords(a: SweepResults, b: SweepResults): string[] {
  const [one, other] = [a.manifest.statistics, b.manifest.statistics];
  const restated = (['threshold', 'minSelectiveRate'] as const)
    .filter((name) => one[name] !== other[name])
    .map((name) => `${name} ${one[name]} (its own: ${other[name]})`);
  const [inA, inB] = [a.manifest.source, b.manifest.source];
  return [
    ...(restated.length === 0
      ? []
      : [`${b.name} is stated with the settings of ${a.name}: ${restated.join(', ')}.`]),
    ...(inA.kind === 'models' && inB.kind === 'models' ? modelWords(a.name, inA, b.name, inB) : []),
  ];
}

function modelWords(nameA: string, a: ModelsManifest, nameB: string, b: ModelsManifest): string[] {
  const isSame = canonicalJson(a.preprocess) === canonicalJson(b.preprocess);
  const told = ([name, preprocess]: readonly [string, Json]): string =>
    `${name} ${canonicalJson(preprocess)}`;
  const sides = [
    [nameA, a.preprocess],
    [nameB, b.preprocess],
  ] as const;
  return [
    ...(isSame ? [] : [`Their images are prepared differently: ${sides.map(told).join('; ')}.`]),
    imageWords(a, b),
  ];
}

/** Whether the images of the common categories are the same files. */
function imageWords(a: ModelsManifest, b: ModelsManifest): string {
  const others = new Map(b.categories.map((category) => [category.label, category.images]));
  const common = a.categories.filter(({ label }) => others.has(label));
  const digests = (images: readonly { readonly sha256: string }[]): string =>
    images
      .map(({ sha256 }) => sha256)
      .sort()
      .join();
  const same = common.filter(({ label, images }) => digests(images) === digests(others.get(label) ?? []));
  const [countsA, countsB] = [
    common.map(({ images }) => images.length),
    common.map(({ label }) => others.get(label)?.length ?? 0),
  ].map(rangeWords);
  if (same.length === common.length) return `They are measured on the same images, ${countsA} a category.`;
  const counts =
    countsA === countsB
      ? `${countsA} a category on both sides`
      : `${countsA} a category and ${countsB}; of fewer images H is lower`;
  return `They are measured on other images (${counts}): a difference may be of the data as well as of the network.`;
}

function rangeWords(counts: readonly number[]): string {
  const [low, high] = [Math.min(...counts), Math.max(...counts)];
  return low === high ? String(low) : `${low} to ${high}`;
}
