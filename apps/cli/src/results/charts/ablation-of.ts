import type { Ablation, AblationCurve, Direction, Metric, Scope } from '@unitscope/ablation';
import {
  ablationChart,
  ablationText,
  fitHeight,
  type AblationColumn,
  type AblationLine,
  type AblationPlot,
} from '@unitscope/plots';
import type { Chart } from './chart.js';
import { counted } from '../../terminal/counted.js';

/** Of so few classes the right one is always among the five with the highest scores. */
const TOP = 5;

/** The curves of an ablation: loss and accuracy against the number of ablated units. */
export function ablationOf(ablation: Ablation): Chart {
  const { sweep, checkpoint, layer, images, classes } = ablation;
  const metrics: { metric: Metric; label: string; share: boolean }[] = [
    { metric: 'accuracy', label: 'accuracy', share: true },
    ...(classes > TOP ? [{ metric: 'top5' as const, label: 'top-5 accuracy', share: true }] : []),
    { metric: 'loss', label: 'loss (nats)', share: false },
  ];
  const random = ablation.areas.find(({ randomOrders }) => randomOrders > 0)?.randomOrders ?? 0;
  const baseline = `random (${random} orders)`;
  const plot: AblationPlot = {
    title: `Cumulative ablation of ${layer.name}, ${sweep}, ${checkpoint.label}`,
    subtitle:
      `${counted(layer.units, 'unit')}, ${counted(images, 'image')}.` +
      (random > 1 ? ' Random: mean of its orders, band: their range.' : ''),
    units: layer.units,
    metrics,
    columns: columnsOf(ablation, (curves) => metrics.map(({ metric }) => linesOf(curves, metric, baseline))),
    baseline,
  };
  return {
    svg: (look = {}) => fitHeight((asked) => ablationChart(plot, asked), look),
    text: (width) => ablationText(plot, width),
  };
}

function columnsOf(
  { curves }: Ablation,
  lines: (curves: readonly AblationCurve[]) => readonly (readonly AblationLine[])[],
): AblationColumn[] {
  const ranked = curves.filter(({ order }) => order.ranking !== 'random');
  const importance = new Set(ranked.flatMap(({ order }) => order.importance ?? []));
  const columns: AblationColumn[] = [];
  const add = (direction: Direction, scope: Scope, category: string | null, caption: string): void => {
    const drawn = ranked.filter(
      (curve) =>
        curve.order.direction === direction &&
        curve.scope === scope &&
        (scope !== 'category' || (curve.category === category && curve.order.importance === category)),
    );
    const random = curves.filter(
      (curve) =>
        curve.order.ranking === 'random' &&
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

function linesOf(curves: readonly AblationCurve[], metric: Metric, baseline: string): AblationLine[] {
  const ranked = curves.filter(({ order }) => order.ranking !== 'random');
  const random = curves.filter(({ order }) => order.ranking === 'random');
  const lines = ranked.map(({ order, points }) => ({
    name: order.ranking,
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
