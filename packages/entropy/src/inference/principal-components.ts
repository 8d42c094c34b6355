/** Of a table of n rows and p columns, its columns centred. */
export interface PrincipalComponents {
  /** By component, the largest first: n scores, in the units of the columns. */
  readonly scores: readonly Float64Array[];
  /** By component: p loadings, of length 1; the largest in size is positive, so that a sign means nothing. */
  readonly loadings: readonly Float64Array[];
  /** By component: its share of the variance, 0 to 1. All 0 where nothing varies. */
  readonly explained: readonly number[];
}

/** Two columns are at right angles when the cosine between them is below it. */
const RIGHT_ANGLE = 1e-14;
/** Jacobi's method converges quadratically: ten rounds are many. */
const MOST_ROUNDS = 60;

/**
 * The first `count` principal components: the singular value decomposition of the centred table by one-sided Jacobi rotations (Hestenes),
 * which keep small components exact. Columns are centred and not scaled. Throws RangeError for rows of different lengths.
 */
export function principalComponents(
  rows: readonly (readonly number[])[],
  count: number,
): PrincipalComponents {
  const width = rows[0]?.length ?? 0;
  if (rows.some(({ length }) => length !== width))
    throw new RangeError(`expected rows of ${width} values each`);
  const columns = Array.from({ length: width }, (_, j) => centred(rows.map((row) => row[j] ?? 0)));
  const turns = columns.map((_, j) => Float64Array.from(columns, (__, i) => (i === j ? 1 : 0)));
  orthogonalise(columns, turns);
  const order = columns
    .map((column, j) => ({ j, power: dot(column, column) }))
    .sort((a, b) => b.power - a.power || a.j - b.j);
  const total = order.reduce((sum, { power }) => sum + power, 0);
  const first = order.slice(0, count);
  const signs = first.map(({ j }) => signOf(turns[j] ?? new Float64Array(0)));
  const signed = (vectors: readonly Float64Array[]): Float64Array[] =>
    first.map(({ j }, at) => (vectors[j] ?? new Float64Array(0)).map((value) => value * (signs[at] ?? 1)));
  return {
    scores: signed(columns),
    loadings: signed(turns),
    explained: first.map(({ power }) => (total === 0 ? 0 : power / total)),
  };
}

function centred(values: readonly number[]): Float64Array {
  const mean = values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
  return Float64Array.from(values, (value) => value - mean);
}

/** Rotates pairs of columns until all are at right angles; `turns` takes the same rotations. */
function orthogonalise(columns: readonly Float64Array[], turns: readonly Float64Array[]): void {
  for (let round = 0; round < MOST_ROUNDS; round++) {
    let isDone = true;
    for (let i = 0; i < columns.length - 1; i++) {
      for (let j = i + 1; j < columns.length; j++) {
        const [a, b] = [columns[i], columns[j]];
        if (a === undefined || b === undefined) continue;
        const [aa, bb, ab] = [dot(a, a), dot(b, b), dot(a, b)];
        if (Math.abs(ab) <= RIGHT_ANGLE * Math.sqrt(aa * bb) || ab === 0) continue;
        isDone = false;
        const zeta = (bb - aa) / (2 * ab);
        const tangent = Math.sign(zeta || 1) / (Math.abs(zeta) + Math.hypot(1, zeta));
        const cosine = 1 / Math.hypot(1, tangent);
        rotate(a, b, cosine, cosine * tangent);
        rotate(turns[i] ?? a, turns[j] ?? b, cosine, cosine * tangent);
      }
    }
    if (isDone) return;
  }
}

function rotate(a: Float64Array, b: Float64Array, cosine: number, sine: number): void {
  for (let i = 0; i < a.length; i++) {
    const [x, y] = [a[i] ?? 0, b[i] ?? 0];
    a[i] = cosine * x - sine * y;
    b[i] = sine * x + cosine * y;
  }
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] ?? 0) * (b[i] ?? 0);
  return sum;
}

function signOf(loadings: Float64Array): number {
  const largest = loadings.reduce((most, value) => (Math.abs(value) > Math.abs(most) ? value : most), 0);
  return largest < 0 ? -1 : 1;
}
