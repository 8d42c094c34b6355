import type { Outline } from '@unitscope/dashboard';
import { LASTING } from '../server/overview-questions.js';
import { queryText, setQuery, useAddress } from './address.js';

/** What the views of a sweep are filtered by, as the address has it; empty: not set. */
export interface Settings {
  /** The first one that is chosen. */
  readonly layer: string;
  readonly layers: readonly string[];
  readonly category: string;
  readonly checkpoint: string;
  readonly against: string;
  /** One of several trainings. */
  readonly run: string;
  readonly threshold: string;
  readonly minSelectiveRate: string;
  /** Whose H, `code` or `paper`; empty: the sweep's. */
  readonly definition: string;
  readonly a: string;
  readonly b: string;
  readonly unit: string;
  /** The checkpoint that chosen units are listed at. */
  readonly unitsAt: string;
}

export function useSettings(): Settings {
  const { query } = useAddress();
  const text = (name: string): string => query.get(name) ?? '';
  return {
    layer: text('layer'),
    layers: query.getAll('layer').filter((name) => name !== ''),
    category: text('category'),
    checkpoint: text('checkpoint'),
    against: text('against'),
    run: text('run'),
    threshold: text('threshold'),
    minSelectiveRate: text('minSelectiveRate'),
    definition: text('definition'),
    a: text('a'),
    b: text('b'),
    unit: text('unit'),
    unitsAt: text('unitsAt'),
  };
}

/** Settings that hold in every view of a sweep, to be taken along from one to the next. */
export function lasting(settings: Settings): Record<string, string> {
  return Object.fromEntries(LASTING.map((name) => [name, settings[name]]));
}

/** What is taken along when the view changes: also which layer and unit one looks at, and what is compared. */
export function carried(settings: Settings): Record<string, string> {
  const { layer, unit, a, b } = settings;
  return { ...lasting(settings), layer, unit, a, b };
}

/** The layer that a view of one is about; where none is chosen the last. */
export function layerOf({ outline, settings }: Pick<ViewProps, 'outline' | 'settings'>): string {
  return settings.layer === '' ? (outline.layers.at(-1) ?? '') : settings.layer;
}

/** Shows layers (none: all). Which unit one looked at was one of another layer. */
export function chooseLayers(layers: readonly string[]): void {
  setQuery({ layer: layers, unit: null });
}

/** Rows of the layers that are chosen; of all where none is. */
export function ofLayers<Row extends { readonly layer: string }>(
  rows: readonly Row[],
  { layers }: Pick<Settings, 'layers'>,
): readonly Row[] {
  return layers.length === 0 ? rows : rows.filter(({ layer }) => layers.includes(layer));
}

/** The checkpoint that a view of one is about; where none is chosen the last. */
export function checkpointOf({ outline, settings }: Pick<ViewProps, 'outline' | 'settings'>): string {
  return settings.checkpoint === '' ? (outline.checkpoints.at(-1)?.label ?? '') : settings.checkpoint;
}

/** The address of what a view asks the server for. */
export function viewUrl(
  sweep: string,
  view: string,
  query: Readonly<Record<string, string | number | null | undefined>>,
): string {
  return `/api/sweeps/${encodeURIComponent(sweep)}/${view}${queryText(query)}`;
}

/** What a view is of. */
export interface ViewSubject {
  readonly sweep: string;
  readonly outline: Outline;
  readonly settings: Settings;
}

/** What every view of a sweep is given. */
export interface ViewProps extends ViewSubject {
  /** Changes when new results are there. */
  readonly revision: string;
}
