import type { Ablation, AblationProgress, CurveArea } from '@unitscope/ablation';
import { counted, shownText } from '@unitscope/base';
import { figure, interval } from './figures.js';
import { statusText } from '../sweeps/status-line.js';
import { firstRows } from './first-rows.js';
import { humanSeconds } from '../terminal/text-table.js';

/** What a person reads at the end of an ablation. */
export function ablationSummary(ablation: Ablation, all: true | undefined): string {
  const { sweep, checkpoint, layer, images, classes, classSource, areas, evaluated, seconds } = ablation;
  const start = startOf(ablation);
  const rate =
    evaluated > 0 ? `, ${Math.round(evaluated / seconds).toLocaleString('en')} images/s evaluated` : '';
  const lines = [
    `${shownText(`sweep ${sweep}, checkpoint ${checkpoint.label}, layer ${layer.name}`)}: ${counted(layer.units, 'unit')}, ` +
      `${counted(images, 'image')}${rate}`,
    `classes: ${classes}, by ${classSource}; with nothing ablated accuracy ${figure(start.accuracy)}, loss ${figure(start.loss)}`,
  ];
  if (start.accuracy < 2 / classes) {
    lines.push('that is near chance: are these the images and classes the network was trained on?');
  }
  lines.push('', 'Area under the curve, the mean from nothing ablated to the whole layer [95 % interval]:');
  const shown = areas.filter((area) => isShown(area, areas));
  lines.push(
    firstRows(
      ['order', 'first', 'ranking from', 'images', 'accuracy', '', 'less random', '', 'loss', ''],
      shown.map((area) => {
        const { ranking, direction, randomOrders, importance, scope, category, intervals, overRandom } = area;
        const random = randomOrders > 0;
        return [
          random ? `random × ${randomOrders}` : ranking,
          random ? '' : direction === 'forward' ? 'most important' : 'least important',
          random ? '' : scope === 'own' ? 'own category' : (importance ?? 'all categories'),
          category ?? 'all',
          figure(area.areas.accuracy),
          interval(intervals.accuracy),
          figure(overRandom?.accuracy.difference),
          interval(overRandom?.accuracy.interval ?? null),
          figure(area.areas.loss, 2),
          interval(intervals.loss),
        ];
      }),
      { keys: 4, all },
    ),
  );
  return lines.join('\n');
}

function startOf({ curves }: Ablation): { accuracy: number; loss: number } {
  const all = curves.find(({ scope }) => scope === 'all') ?? curves[0];
  return all?.points[0] ?? { accuracy: NaN, loss: NaN };
}

/** Where a category gave a ranking, its images; where several did, the mean over them; else all images. */
function isShown(
  { scope, category, importance, randomOrders }: CurveArea,
  areas: readonly CurveArea[],
): boolean {
  const rankings = new Set(areas.flatMap((area) => area.importance ?? []));
  if (rankings.size === 0) return scope === 'all';
  if (rankings.size > 1) return scope === 'own' || (scope === 'all' && randomOrders > 0);
  return scope === 'all' || (rankings.has(category ?? '') && (randomOrders > 0 || importance === category));
}

/** How far an ablation is, for people. */
export function ablationStatus(
  { total, done, cached, seconds }: AblationProgress,
  width: number | null,
): string {
  const share = total === 0 ? 1 : done / total;
  const worked = done - cached;
  const left = worked > 0 && done < total ? ((total - done) * seconds) / worked : null;
  const number = (value: number): string => value.toLocaleString('en');
  const parts = [
    { text: `${number(done)}/${counted(total, 'evaluation')}` },
    ...(cached > 0 ? [{ text: `${number(cached)} already there`, spare: 1 }] : []),
    ...(worked > 0
      ? [{ text: `${number(Math.round(worked / Math.max(seconds, 1e-3)))} a second`, spare: 2 }]
      : []),
    ...(left === null ? [] : [{ text: `${humanSeconds(left)} left` }]),
  ];
  return statusText({ name: 'ablate:', share, parts }, width);
}
