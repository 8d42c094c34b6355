import type { Definition } from '@unitscope/plan';
import type { LayersTable, UnitsTable } from './result-tables.js';

/** The SQL of a unit's H, null where it has none. */
export function entropySql(definition: Definition): string {
  return definition === 'code' ? 'CASE WHEN sensitive THEN entropy END' : 'entropy_paper';
}

/** units/1 with H in `entropy`, and in `sensitive` whether the unit has one: by the paper every unit has. */
export function unitsBy(definition: Definition, units: UnitsTable): UnitsTable {
  if (definition === 'code') return units;
  const { values } = units.entropy_paper;
  return { ...units, entropy: values, sensitive: new Uint8Array(values.length).fill(1) };
}

/** layers/1 with the H of the layers in the columns of `entropy`. */
export function layersBy(definition: Definition, layers: LayersTable): LayersTable {
  if (definition === 'code') return layers;
  return {
    ...layers,
    // Those that have an H.
    sensitive_units: layers.units,
    entropy_mean: layers.entropy_paper_mean,
    entropy_sd: layers.entropy_paper_sd,
    entropy_q05: layers.entropy_paper_q05,
    entropy_q25: layers.entropy_paper_q25,
    entropy_q50: layers.entropy_paper_q50,
    entropy_q75: layers.entropy_paper_q75,
    entropy_q95: layers.entropy_paper_q95,
    entropy_ci_low: layers.entropy_paper_ci_low,
    entropy_ci_high: layers.entropy_paper_ci_high,
  };
}
