import { counted } from '@unitscope/base';
import type { AblationColumn, AblationLine, AblationPlot } from '../charts/ablation-plot.js';

/** Of so few classes the right one is always among the five with the highest scores. */
const TOP = 5;
type Metric = 'accuracy' | 'top5' | 'loss';

/** One order of a layer's units, evaluated on some images. */
export interface AblationCurveRow {
  readonly ranking: string;
  readonly direction: 'forward' | 'reverse';
  /** The category whose ranking it is; null: the mean over all, or random. */
  readonly importance: string | null;
  readonly scope: 'category' | 'all' | 'own';
  readonly category: string | null;
  readonly points: readonly ({ readonly ablated: number } & Readonly<Record<Metric, number>>)[];
}

/** The curves of one layer of one checkpoint. */
export interface AblationCurves {
  readonly sweep: string;
  readonly checkpoint: string;
  readonly layer: string;
  readonly units: number;
  readonly images: number;
  readonly classes: number;
  readonly curves: readonly AblationCurveRow[];
}

/** Loss and accuracy against the number of ablated units. */
export function ablationModel(ablation: AblationCurves): AblationPlot {
  const { sweep, checkpoint, layer, units, images, classes, curves } = ablation;
  const metrics: { metric: Metric; label: string; share: boolean }[] = [
    { metric: 'accuracy', label: 'accuracy', share: true },
    ...(classes > TOP ? [{ metric: 'top5' as const, label: 'top-5 accuracy', share: true }] : []),
    { metric: 'loss', label: 'loss (nats)', share: false },
  ];
  const random = curves.filter(({ ranking, scope }) => ranking === 'random' && scope === 'all').length;
  const baseline = `random (${random} orders)`;
  return {
    title: `Cumulative ablation of ${layer}, ${sweep}, ${checkpoint}`,
    subtitle:
      `${counted(units, 'unit')}, ${counted(images, 'image')}.` +
      (random > 1 ? ' Random: mean of its orders, band: their range.' : ''),
    units,
    metrics,
    columns: columnsOf(curves, (own) => metrics.map(({ metric }) => linesOf(own, metric, baseline))),
    baseline,
  };
}

function columnsOf(
  curves: readonly AblationCurveRow[],
  lines: (curves: readonly AblationCurveRow[]) => readonly (readonly AblationLine[])[],
): AblationColumn[] {
  const ranked = curves.filter(({ ranking }) => ranking !== 'random');
  const importance = new Set(ranked.flatMap((curve) => curve.importance ?? []));
  const columns: AblationColumn[] = [];
  const add = (
    direction: AblationCurveRow['direction'],
    scope: AblationCurveRow['scope'],
    category: string | null,
    caption: string,
  ): void => {
    const drawn = ranked.filter(
      (curve) =>
        curve.direction === direction &&
        curve.scope === scope &&
        (scope !== 'category' || (curve.category === category && curve.importance === category)),
    );
    const random = curves.filter(
      (curve) =>
        curve.ranking === 'random' &&
        (scope === 'category' ? curve.category === category : curve.scope === 'all'),
    );
    const first = direction === 'forward' ? 'most important first' : 'least important first';
    if (drawn.length > 0)
      columns.push({ caption: `${first}${caption}`, lines: lines([...drawn, ...random]) });
  };
  const several = importance.size > 1;
  for (const direction of ['forward', 'reverse'] as const) {
    add(direction, 'own', null, ', each by its category');
    if (several) continue;
    for (const category of importance) add(direction, 'category', category, `, ${category} on ${category}`);
    add(direction, 'all', null, importance.size === 0 ? '' : `, ${[...importance].join('')} on all`);
  }
  if (columns.length === 0 && ranked.length === 0) {
    const random = curves.filter(({ scope }) => scope === 'all');
    return random.length === 0 ? [] : [{ caption: 'random', lines: lines(random) }];
  }
  return columns;
}

function linesOf(curves: readonly AblationCurveRow[], metric: Metric, baseline: string): AblationLine[] {
  const ranked = curves.filter(({ ranking }) => ranking !== 'random');
  const random = curves.filter(({ ranking }) => ranking === 'random');
  const lines = ranked.map(({ ranking, points }) => ({
    name: ranking,
    points: points.map((point) => ({ ablated: point.ablated, value: point[metric] })),
  }));
  const [first] = random;
  if (first === undefined) return lines;
  const range = first.points.map(({ ablated }, step) => {
    const values = random.map(({ points }) => points[step]?.[metric] ?? 0);
    return {
      ablated,
      value: values.reduce((sum, value) => sum + value, 0) / values.length,
      ...(values.length > 1 && { low: Math.min(...values), high: Math.max(...values) }),
    };
  });
  return [...lines, { name: baseline, points: range }];
}
