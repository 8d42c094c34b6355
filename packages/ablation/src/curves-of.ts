import { meanOf } from '@unitscope/base';
import { bootstrapMean } from '@unitscope/entropy';
import {
  intervalOf,
  perMetric,
  pointsOf,
  together,
  type AblationCurve,
  type CurveArea,
  type Metric,
  type OrderOutcomes,
  type Scope,
} from './curve.js';
import type { Outcomes } from './read-outcomes.js';
import type { UnitOrder } from './unit-orders.js';

export interface Evaluated {
  readonly orders: readonly UnitOrder[];
  readonly outcomes: Outcomes;
  readonly counts: readonly number[];
  /** Those whose images were evaluated, in their order. */
  readonly categories: readonly string[];
}

/** One order on the images of one scope. */
interface Scoped {
  readonly order: UnitOrder;
  readonly scope: Scope;
  readonly category: string | null;
  readonly outcomes: OrderOutcomes;
}

/** The curves of all orders, and the areas under them. */
export function curvesOf(
  evaluated: Evaluated,
  identity: string,
  resamples: number,
): { readonly curves: AblationCurve[]; readonly areas: CurveArea[] } {
  const scoped = [...ofOrders(evaluated), ...ofOwnCategories(evaluated)];
  const curves = scoped.map(({ order, scope, category, outcomes }) => ({
    order,
    scope,
    category,
    images: outcomes.images,
    points: pointsOf(outcomes, evaluated.counts),
  }));
  const random = groupBy(
    scoped.filter(({ order }) => order.randomOrder !== null),
    placeOf,
  );
  const ranked = scoped.filter(({ order }) => order.randomOrder === null);
  const areas = [
    ...ranked.map((one) => rankedArea(one, random.get(placeOf(one)) ?? [], identity, resamples)),
    ...[...random.values()].map((orders) => randomArea(orders, identity, resamples)),
  ];
  return { curves, areas };
}

function* ofOrders({ orders, outcomes, categories }: Evaluated): Generator<Scoped> {
  for (const [i, order] of orders.entries()) {
    const found = outcomes[i] ?? new Map<string, OrderOutcomes>();
    const parts = categories.flatMap((category) => found.get(category) ?? []);
    if (parts.length === categories.length)
      yield { order, scope: 'all', category: null, outcomes: together(parts) };
    for (const [category, part] of found) yield { order, scope: 'category', category, outcomes: part };
  }
}

/** All images, each with the units ablated in the order of its own category. */
function* ofOwnCategories({ orders, outcomes, categories }: Evaluated): Generator<Scoped> {
  if (categories.length < 2) return;
  const alike = groupBy(
    [...orders.entries()].filter(([, { importance }]) => importance !== null),
    ([, { ranking, direction }]) => `${ranking} ${direction}`,
  );
  for (const group of alike.values()) {
    const parts = categories.flatMap((category) => {
      const [index] = group.find(([, { importance }]) => importance === category) ?? [];
      return index === undefined ? [] : (outcomes[index]?.get(category) ?? []);
    });
    const [first] = group;
    if (first === undefined || parts.length < categories.length) continue;
    const order = { ...first[1], importance: null, units: [] };
    yield { order, scope: 'own', category: null, outcomes: together(parts) };
  }
}

function rankedArea(
  { order, scope, category, outcomes }: Scoped,
  random: readonly Scoped[],
  identity: string,
  resamples: number,
): CurveArea {
  const { ranking, direction, importance } = order;
  const place = `${identity}/${ranking}/${direction}/${importance ?? ''}/${category ?? ''}`;
  return {
    ranking,
    direction,
    importance,
    scope,
    category,
    images: outcomes.images,
    randomOrders: 0,
    areas: perMetric((metric) => meanOf(outcomes.areas[metric])),
    intervals: perMetric((metric) => intervalOf(outcomes.areas[metric], `${place}/${metric}`, resamples)),
    overRandom:
      random.length === 0
        ? null
        : perMetric((metric) => {
            const differences = outcomes.areas[metric].map(
              (area, image) => area - meanArea(random, metric, image),
            );
            return {
              difference: meanOf(differences),
              interval: intervalOf(differences, `${place}/${metric}/random`, resamples),
            };
          }),
  };
}

function randomArea(orders: readonly Scoped[], identity: string, resamples: number): CurveArea {
  const [first] = orders;
  if (first === undefined) throw new RangeError('no random order');
  const { order, scope, category, outcomes } = first;
  const areas = (metric: Metric): Float64Array =>
    Float64Array.from(orders, (one) => meanOf(one.outcomes.areas[metric]));
  return {
    ranking: order.ranking,
    direction: order.direction,
    importance: null,
    scope,
    category,
    images: outcomes.images,
    randomOrders: orders.length,
    areas: perMetric((metric) => meanOf(areas(metric))),
    intervals: perMetric((metric) =>
      orders.length < 2
        ? null
        : bootstrapMean(areas(metric), `${identity}/random/${category ?? ''}/${metric}`, { resamples }),
    ),
    overRandom: null,
  };
}

function meanArea(orders: readonly Scoped[], metric: Metric, image: number): number {
  return orders.reduce((sum, { outcomes }) => sum + (outcomes.areas[metric][image] ?? 0), 0) / orders.length;
}

/** Whose images these are: all of them, or those of one category; images of their own categories are all images. */
function placeOf({ scope, category }: Scoped): string {
  return scope === 'category' ? `category ${category ?? ''}` : 'all';
}

function groupBy<T>(values: readonly T[], key: (value: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const value of values) {
    const group = groups.get(key(value));
    if (group === undefined) groups.set(key(value), [value]);
    else group.push(value);
  }
  return groups;
}
