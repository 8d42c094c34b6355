import {
  CERTAIN_Q,
  checkpointGroup,
  compareCheckpoints,
  listedChanges,
  type Comparison,
} from '@unitscope/query';
import { arrowTable } from '../arrow-table.js';
import { CHANGED_COLUMNS } from './changed.js';
import type { ViewAnswer, ViewContext } from '../view-request.js';

const MOST_UNITS = 300;
const MOST_CHANGED = 1000;

/** What changed in each layer from A to B, and how sure that is. */
export async function compareLayersView(context: ViewContext): Promise<ViewAnswer> {
  const comparison = await comparisonOf(context);
  const byCategory = context.parameters.text('categories') === 'yes';
  const rows = comparison.layers.filter(({ category }) => byCategory || category === null);
  const body = arrowTable(
    rows,
    {
      layer: ['text', ({ layer }) => layer],
      category: ['text', ({ category }) => category],
      units_a: ['whole', ({ unitsA }) => unitsA],
      units_b: ['whole', ({ unitsB }) => unitsB],
      cells_a: ['whole', ({ cellsA }) => cellsA],
      cells_b: ['whole', ({ cellsB }) => cellsB],
      runs_a: ['whole', ({ runsA }) => runsA],
      runs_b: ['whole', ({ runsB }) => runsB],
      mean_a: ['number', ({ meanA }) => meanA],
      mean_b: ['number', ({ meanB }) => meanB],
      difference: ['number', ({ difference }) => difference],
      low: ['number', ({ interval }) => interval?.low],
      high: ['number', ({ interval }) => interval?.high],
      p: ['number', ({ p }) => p],
      q: ['number', ({ q }) => q],
      effect: ['number', ({ effect }) => effect],
      certain: ['flag', ({ certain }) => certain],
      untested: ['text', ({ untested }) => untested],
      died: ['whole', ({ died }) => died],
      awoke: ['whole', ({ awoke }) => awoke],
    },
    notesOf(comparison),
  );
  return { type: 'arrow', body };
}

/** The units that moved most from A to B. */
export async function compareUnitsView(context: ViewContext): Promise<ViewAnswer> {
  const comparison = await comparisonOf(context);
  const layer = context.parameters.text('layer');
  const units = comparison.units.filter((unit) => layer === undefined || unit.layer === layer);
  const body = arrowTable(
    units.slice(0, MOST_UNITS),
    {
      layer: ['text', (unit) => unit.layer],
      category: ['text', ({ category }) => category],
      unit: ['whole', ({ unit }) => unit],
      entropy_a: ['number', ({ entropyA }) => entropyA],
      entropy_b: ['number', ({ entropyB }) => entropyB],
      difference: ['number', ({ difference }) => difference],
      sensitive_a: ['flag', ({ sensitiveA }) => sensitiveA],
      sensitive_b: ['flag', ({ sensitiveB }) => sensitiveB],
      p: ['number', ({ p }) => p],
      q: ['number', ({ q }) => q],
    },
    {
      ...notesOf(comparison),
      units: String(units.length),
      moved: String(units.filter(({ q }) => q !== null && q < CERTAIN_Q).length),
    },
  );
  return { type: 'arrow', body, rows: units.length };
}

/** The units that died or awoke from A to B, by category: these have no H on one side, and did not move. */
export async function compareChangedView(context: ViewContext): Promise<ViewAnswer> {
  const comparison = await comparisonOf(context);
  const layer = context.parameters.text('layer');
  const rows = listedChanges(comparison).filter((unit) => layer === undefined || unit.layer === layer);
  const body = arrowTable(rows.slice(0, MOST_CHANGED), CHANGED_COLUMNS, notesOf(comparison));
  return { type: 'arrow', body, rows: rows.length };
}

function notesOf(comparison: Comparison): Record<string, string> {
  const { a, b, checkpointsA, checkpointsB, threshold, replication, runsA, runsB, caveat, leastP } =
    comparison;
  return {
    a,
    b,
    checkpointsA: String(checkpointsA),
    checkpointsB: String(checkpointsB),
    threshold: String(threshold),
    certainQ: String(CERTAIN_Q),
    replication,
    runsA: String(runsA),
    runsB: String(runsB),
    caveat,
    leastP: leastP === null ? '' : String(leastP),
  };
}

/** The last comparison: the page asks for its layers and its units one after the other. */
let last: { readonly key: string; readonly comparison: Promise<Comparison> } | null = null;

async function comparisonOf(context: ViewContext): Promise<Comparison> {
  const results = await context.results();
  const { parameters, request } = context;
  const a = checkpointGroup(results, parameters.required('a'));
  const b = checkpointGroup(results, parameters.required('b'));
  const key = JSON.stringify([
    request.sweep,
    results.manifest.specDigest,
    results.restatement,
    ...[a, b].map(({ name, checkpoints }) => [name, checkpoints.map(({ label, digest }) => [label, digest])]),
  ]);
  if (last?.key !== key) last = { key, comparison: compareCheckpoints(results, a, b) };
  return last.comparison;
}
