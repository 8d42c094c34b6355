import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { writeWhole } from '@unitscope/process';
import { ReproductionOptionError } from '../errors.js';
import { inWorkshop, type WorkshopOptions } from '../open-workshop.js';
import { pageHtml } from '../page/page-html.js';
import { pageMarkdown } from '../page/page-markdown.js';
import type { Workshop } from '../claims/workshop.js';
import { refuseFewImages } from '../networks/example-images.js';
import { HELD_OUT } from '../networks/training-run.js';
import { settingsOf } from '../settings.js';
import { FACTORS, zooDesign, zooSettings, type Factor, type ZooSettings } from './design.js';
import { scoreZoo, type ZooScore } from './score-zoo.js';
import { zooBlocks } from './zoo-page.js';
import { zooTables } from './zoo-tables.js';
import { lastCheckpoints, zooCheckpoints } from './zoo-checkpoints.js';

export interface ZooOptions extends WorkshopOptions {
  readonly extent: 'quick' | 'full';
  /** Other amounts than those of the extent. */
  readonly zoo?: Partial<ZooSettings> | undefined;
  /** The command line, for the page. */
  readonly command: string;
}

/**
 * Which measure tells which network generalizes: trains a full two-level design to one loss, sweeps over its snapshots, and
 * scores feature entropy among its rivals as PGDL does. Writes zoo.md, zoo.html and tables into `out`; goes on where it was
 * stopped. Throws what reproduce throws.
 */
export async function reproduceZoo(options: ZooOptions): Promise<readonly ZooScore[]> {
  const settings = { ...zooSettings(options.extent), ...options.zoo };
  refuseSettings(settings);
  return await inWorkshop(options, settingsOf(options.extent), (workshop) =>
    scoreDesign(workshop, settings, options),
  );
}

async function scoreDesign(
  workshop: Workshop,
  settings: ZooSettings,
  options: ZooOptions,
): Promise<readonly ZooScore[]> {
  await refuseFewImages(workshop.images, settings.images + HELD_OUT);
  const zoo = zooDesign(settings, workshop.images.source);
  const checkpoints = await zooCheckpoints(workshop, zoo);
  const last = lastCheckpoints(checkpoints);
  const fitted = last.filter(({ logged }) => (logged['loss'] ?? NaN) <= settings.loss);
  const scored = scoreZoo(fitted, settings.factors);
  const { out } = options;
  await mkdir(join(out, 'tables'), { recursive: true });
  for (const [name, bytes] of await zooTables(checkpoints, scored, settings.factors))
    await writeWhole(join(out, 'tables', name), bytes);
  const blocks = zooBlocks({
    ...{ settings, checkpoints, last, fitted, scored },
    facts: { command: options.command, images: workshop.images.name },
  });
  await writeWhole(join(out, 'zoo.md'), pageMarkdown(blocks));
  await writeWhole(join(out, 'zoo.html'), pageHtml('Which measure tells which network generalizes', blocks));
  return scored.flatMap(({ scores }) => scores);
}

function refuseSettings({ factors }: ZooSettings): void {
  const isKnown = (factor: Factor): boolean => FACTORS.includes(factor);
  if (factors.length === 0 || new Set(factors).size < factors.length || !factors.every(isKnown)) {
    throw new ReproductionOptionError(
      `factors: expected different ones of ${FACTORS.join(', ')}, found ${factors.join(', ') || 'none'}`,
    );
  }
}
