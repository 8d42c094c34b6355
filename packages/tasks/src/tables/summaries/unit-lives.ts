import { compareText } from '@unitscope/base';
import type { ByteSource, Columns, TableSchema } from '@unitscope/tables';
import { TableFile, textAt, unitsSchema } from '@unitscope/tables';

type Name = string | null;

/** Where along a training a unit is sensitive. Checkpoints are places in the training. */
export interface Life {
  /** At how many checkpoints. */
  count: number;
  /** The last of them; −1: none. */
  last: number;
  /** Whether at the first checkpoint of the training, and at its last. */
  atFirst: boolean;
  atLast: boolean;
}

/** The units of a layer in one category, or over all of them. */
export interface CellLives {
  readonly layer: Name;
  readonly layerIndex: number | null;
  readonly scope: 'category' | 'all';
  readonly category: Name;
  readonly lives: ReadonlyMap<number, Life>;
  /** Whether it was measured at the first checkpoint; over all categories: in each category that the layer has anywhere. */
  readonly toldFirst: boolean;
  readonly toldLast: boolean;
}

/** The columns of units/1 that it takes: the others, most of the bytes, are not read. */
const { layer, layer_index, category, unit, sensitive } = unitsSchema.columns;
const livesSchema = {
  name: unitsSchema.name,
  columns: { layer, layer_index, category, unit, sensitive },
} as const satisfies TableSchema;
type Rows = Columns<typeof livesSchema.columns>;

interface LayerState {
  readonly layer: Name;
  readonly layerIndex: number | null;
  readonly all: Map<number, Life>;
  readonly categories: Map<Name, Map<number, Life>>;
  /** Categories that were measured at the first checkpoint, and at the last. */
  readonly first: Set<Name>;
  readonly last: Set<Name>;
}

/** Goes through the units tables of one training, in its order. */
export class UnitLives {
  readonly #layers = new Map<string, LayerState>();

  /** `checkpoints`: how many the training has. */
  constructor(private readonly checkpoints: number) {}

  /** Takes the units of the checkpoint at `place` of the training. */
  async add(place: number, source: ByteSource): Promise<void> {
    const aliveHere = new Map<LayerState, Set<number>>();
    for await (const rows of (await TableFile.open(source, livesSchema)).batches())
      this.#addRows(place, rows, aliveHere);
    for (const [state, units] of aliveHere) {
      for (const number of units) this.#mark(lifeOf(state.all, number), place);
    }
  }

  /** By depth, then category; over all categories last. */
  *cells(): Generator<CellLives> {
    const layers = [...this.#layers.values()].sort(
      (a, b) => (a.layerIndex ?? 0) - (b.layerIndex ?? 0) || compareText(a.layer, b.layer),
    );
    for (const { layer: name, layerIndex, categories, all, first, last } of layers) {
      const cell = { layer: name, layerIndex };
      for (const [own, lives] of [...categories].sort(([a], [b]) => compareText(a, b))) {
        const told = { toldFirst: first.has(own), toldLast: last.has(own) };
        yield { ...cell, scope: 'category', category: own, lives, ...told };
      }
      const told = { toldFirst: first.size === categories.size, toldLast: last.size === categories.size };
      yield { ...cell, scope: 'all', category: null, lives: all, ...told };
    }
  }

  #addRows(place: number, rows: Rows, aliveHere: Map<LayerState, Set<number>>): void {
    let state: LayerState | undefined;
    let lives = new Map<number, Life>();
    for (let row = 0; row < rows.unit.length; row++) {
      if (state === undefined || !isSameCell(rows, row - 1, row)) {
        state = this.#layerOf(rows, row);
        lives = this.#livesOf(state, place, textAt(rows.category, row));
      }
      const number = rows.unit[row] ?? 0;
      const life = lifeOf(lives, number);
      lifeOf(state.all, number);
      if (rows.sensitive[row] !== 1) continue;
      this.#mark(life, place);
      aliveHere.set(state, (aliveHere.get(state) ?? new Set()).add(number));
    }
  }

  #livesOf(state: LayerState, place: number, category: Name): Map<number, Life> {
    const lives = state.categories.get(category) ?? new Map<number, Life>();
    state.categories.set(category, lives);
    if (place === 0) state.first.add(category);
    if (place === this.checkpoints - 1) state.last.add(category);
    return lives;
  }

  #layerOf(rows: Rows, row: number): LayerState {
    const name = textAt(rows.layer, row);
    const layerIndex = rows.layer_index.valid[row] === 1 ? (rows.layer_index.values[row] ?? null) : null;
    const key = JSON.stringify([layerIndex, name]);
    const found = this.#layers.get(key);
    if (found !== undefined) return found;
    const sets = { first: new Set<Name>(), last: new Set<Name>() };
    const state = { layer: name, layerIndex, all: new Map(), categories: new Map(), ...sets };
    this.#layers.set(key, state);
    return state;
  }

  #mark(life: Life, place: number): void {
    life.count++;
    life.last = place;
    if (place === 0) life.atFirst = true;
    if (place === this.checkpoints - 1) life.atLast = true;
  }
}

function isSameCell(rows: Rows, a: number, b: number): boolean {
  const same = ({ values: { codes }, valid }: Rows['layer']): boolean =>
    codes[a] === codes[b] && valid[a] === valid[b];
  const { values, valid } = rows.layer_index;
  return same(rows.category) && same(rows.layer) && values[a] === values[b] && valid[a] === valid[b];
}

function lifeOf(lives: Map<number, Life>, number: number): Life {
  const found = lives.get(number);
  if (found !== undefined) return found;
  const life = { count: 0, last: -1, atFirst: false, atLast: false };
  lives.set(number, life);
  return life;
}
