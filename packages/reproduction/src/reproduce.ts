import { counted } from '@unitscope/base';
import { mkdir } from 'node:fs/promises';
import { availableParallelism, cpus, totalmem } from 'node:os';
import { join, resolve } from 'node:path';
import { backendId } from '@unitscope/models';
import { trendChart } from '@unitscope/plots';
import { DEFAULT_DENSITY } from '@unitscope/topology';
import type { Claim, ClaimData } from './claims/claim.js';
import type { Workshop } from './claims/workshop.js';
import { inWorkshop, type WorkshopOptions } from './open-workshop.js';
import { claimsNamed } from './claims.js';
import { effectTables } from './verdict/effect-tables.js';
import { judge, type Judgement } from './verdict/effects.js';
import { FINDINGS, type Finding } from './verdict/verdict.js';
import { ReproductionOptionError } from './errors.js';
import type { ClaimSection } from './page/claim-section.js';
import { pageBlocks, type PageFacts } from './page/page.js';
import { pageHtml } from './page/page-html.js';
import { pageMarkdown } from './page/page-markdown.js';
import { refuseFewImages } from './networks/example-images.js';
import { HELD_OUT } from './networks/training-run.js';
import { settingsOf, type Settings } from './settings.js';
import { writeWhole } from '@unitscope/process';

export interface ReproduceOptions extends WorkshopOptions {
  /** Names of claims; empty: all. */
  readonly claims: readonly string[];
  readonly extent: 'quick' | 'full';
  /** Networks an architecture. */
  readonly seeds?: number | undefined;
  /** Other amounts than those of the extent. */
  readonly settings?: Partial<Settings> | undefined;
  /** The command line, for the page. */
  readonly command: string;
  readonly onClaim?: (title: string, verdict: string) => void;
}

/** The verdict of one condition of a claim. */
export interface ClaimOutcome {
  readonly claim: string;
  /** The paper's case: a, b, c …; empty for a question of ours. */
  readonly case: string;
  readonly condition: string;
  /** Name of the network that was given; empty for those trained here. */
  readonly network: string;
  readonly verdict: Finding;
  /** The premise that is not met, where it is not applicable. */
  readonly unmet: string | null;
  readonly networks: number;
}

/**
 * Measures the paper's claims again: trains networks, sweeps over them, judges each claim by its rule, and writes tables,
 * charts and a page into `out`. What is there is not done again, so that it can be stopped and gone on with. The page is
 * written after each claim. Throws UnknownClaimError, ReproductionOptionError, ReproductionFolderError,
 * ReproductionInterruptedError, HeldError and what sweeps throw.
 */
export async function reproduce(options: ReproduceOptions): Promise<ClaimOutcome[]> {
  const claims = claimsNamed(options.claims);
  const backend = await backendId('onnx');
  const settings = {
    ...settingsOf(options.extent, options.seeds),
    ...options.settings,
  };
  if (!Number.isSafeInteger(settings.seeds) || settings.seeds < 1) {
    throw new ReproductionOptionError(`seeds: expected a whole number from 1, found ${settings.seeds}`);
  }
  return await inWorkshop(options, settings, (workshop) => measureClaims(claims, options, workshop, backend));
}

async function measureClaims(
  claims: readonly Claim[],
  options: ReproduceOptions,
  workshop: Workshop,
  backend: string,
): Promise<ClaimOutcome[]> {
  const { settings, images } = workshop;
  const measured = claims.some(({ name }) => name === 'images') ? settings.curve.images : 0;
  await refuseFewImages(images, Math.max(settings.images + HELD_OUT, measured));
  const out = resolve(options.out);
  const sections: ClaimSection[] = [];
  for (const claim of claims) {
    const data = await claim.measure(workshop);
    const section = await sectionOf(claim, data, workshop);
    sections.push(section);
    options.onClaim?.(
      claim.title,
      claim.measures.length === 0 ? 'measured' : verdictWords(section.judgement),
    );
    const missing = claims.slice(sections.length).map(({ title }) => title);
    await writeRun(out, sections, pageFacts(options, workshop, backend, missing));
  }
  return sections.flatMap(({ claim, judgement, real, data }) => [
    ...outcomesOf(claim, '', judgement),
    ...(real === null ? [] : outcomesOf(claim, data.real?.network ?? '', real)),
  ]);
}

function outcomesOf({ title, paper }: Claim, network: string, { conditions }: Judgement): ClaimOutcome[] {
  return conditions.flatMap(({ condition, verdict, networks }) =>
    verdict === null
      ? []
      : [
          {
            ...{ claim: title, case: paper?.letter ?? '', condition: condition.name, network },
            ...{ verdict, unmet: condition.unmet, networks },
          },
        ],
  );
}

/** `2 supported, 1 open` */
function verdictWords({ conditions }: Judgement): string {
  return FINDINGS.map(
    (finding) => [finding, conditions.filter(({ verdict }) => verdict === finding).length] as const,
  )
    .filter(([, count]) => count > 0)
    .map(([finding, count]) => `${count} ${finding}`)
    .join(', ');
}

async function sectionOf(claim: Claim, data: ClaimData, workshop: Workshop): Promise<ClaimSection> {
  const { real } = data;
  return {
    claim,
    data,
    method: claim.method(workshop),
    judgement: judge(claim.measures, claim.conditions(workshop.settings), data.observations),
    real:
      real === undefined || real === null ? null : judge(claim.measures, real.conditions, real.observations),
    svg: data.chart === null ? null : await trendChart(data.chart),
  };
}

function pageFacts(
  options: ReproduceOptions,
  { settings, images, real }: Workshop,
  backend: string,
  missing: readonly string[],
): PageFacts {
  const [cpu] = cpus();
  const gibibytes = Math.round(totalmem() / 2 ** 30);
  return {
    command: options.command,
    date: new Date().toISOString().slice(0, 10),
    machine: `${availableParallelism()} cores (${cpu?.model.trim() ?? 'unknown'}), ${gibibytes} GiB`,
    facts: [
      `Images: ${images.name}. Networks: five convolutions, then flatten or global average pooling, a dense layer, and logits. VGG-like: max pooling after the second convolution and the last (28×28, 14×14); equal maps: all 14×14. Trained on ${backend}.`,
      `${settings.extent === 'full' ? 'Full' : 'Quick'}: ${counted(settings.seeds, 'network')} (${settings.seeds === 1 ? 'one seed' : 'seeds'}) a condition, trained on ${settings.images} images of each class for ${settings.steps} steps at rate ${settings.learningRate}, both heads alike. The unit of replication is the network: intervals are over networks, never over units.`,
      `H is by the paper’s text where nothing else is said: births divided by all images, ε ln m where ε < 0.1, a layer’s mean over all units; with the authors’ threshold of 50 and density cut of ${DEFAULT_DENSITY}. The code’s H: births divided by images with a birth, mean over sensitive units.`,
      `Held-out accuracy is on ${HELD_OUT} other images of each class. ε, the selective rate: the share of a unit’s images that have a birth. H of noise: what as many births of random maps of that size have. A cell: one unit on the images of one category; sensitive: it has a birth. APoZ: the share of zeros in a unit’s maps. L1 of a map: its sum, as no value is below 0. Class selectivity: (highest − mean of the others) / (their sum), of a unit’s mean activations over the classes.`,
      ...(real === null ? [] : [`Real network: ${real.name}, on crops of ${real.categories} photographs.`]),
    ],
    missing,
    realGiven: real !== null,
  };
}

async function writeRun(out: string, sections: readonly ClaimSection[], facts: PageFacts): Promise<void> {
  const blocks = pageBlocks(sections, facts);
  await mkdir(join(out, 'tables'), { recursive: true });
  for (const [name, bytes] of await effectTables(sections))
    await writeWhole(join(out, 'tables', name), bytes);
  for (const { claim, svg } of sections) {
    if (svg !== null) await writeWhole(join(out, `${claim.name}.svg`), svg);
  }
  await writeWhole(join(out, 'page.md'), pageMarkdown(blocks));
  await writeWhole(join(out, 'page.html'), pageHtml('The paper’s claims, measured again', blocks));
}
