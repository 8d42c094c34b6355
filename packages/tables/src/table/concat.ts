import {
  numberArray,
  type AnyColumn,
  type AnyValues,
  type ColumnKind,
  type Columns,
  type ColumnSpecs,
  type HistogramColumn,
  type NumberValues,
  type TableSchema,
  type TextColumn,
} from '../schemas/column.js';

const uint32 = (length: number) => new Uint32Array(length);

/** Rows of several batches one after another. */
export function concatColumns<C extends ColumnSpecs>(
  schema: TableSchema<C>,
  batches: readonly Columns<C>[],
): Columns<C> {
  const whole: Record<string, AnyColumn> = {};
  for (const [name, spec] of Object.entries(schema.columns)) {
    const parts = batches.map((batch) => (batch as Readonly<Record<string, AnyColumn>>)[name] as AnyColumn);
    const values = concatValues(
      spec.kind,
      parts.map((part) => ('valid' in part ? part.values : part)),
    );
    if (spec.nullable) {
      const valid = parts.map((part) => ('valid' in part ? part.valid : new Uint8Array(0)));
      whole[name] = { values, valid: concatNumbers((length) => new Uint8Array(length), valid) };
    } else {
      whole[name] = values;
    }
  }
  return whole as Columns<C>;
}

function concatValues(kind: ColumnKind, parts: readonly AnyValues[]): AnyValues {
  switch (kind) {
    case 'utf8':
    case 'label':
      return concatText(parts as readonly TextColumn[]);
    case 'histogram':
      return concatHistograms(parts as readonly HistogramColumn[]);
    default: {
      const numbers = parts as readonly NumberValues[];
      return concatNumbers((length) => numberArray(kind, length), numbers);
    }
  }
}

function concatNumbers<A extends NumberValues>(
  create: (length: number) => A,
  parts: readonly NumberValues[],
): A {
  const whole = create(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function concatText(parts: readonly TextColumn[]): TextColumn {
  const codeOf = new Map<string, number>();
  const codes = concatNumbers(
    uint32,
    parts.map((part) => {
      const known = Uint32Array.from(part.labels, (label) => {
        const code = codeOf.get(label) ?? codeOf.size;
        codeOf.set(label, code);
        return code;
      });
      return part.codes.map((code) => known[code] as number);
    }),
  );
  return { codes, labels: [...codeOf.keys()] };
}

function concatHistograms(parts: readonly HistogramColumn[]): HistogramColumn {
  let entries = 0;
  const offsets = concatNumbers(
    uint32,
    parts.map((part) => {
      const shifted = part.offsets.subarray(0, -1).map((offset) => offset + entries);
      entries += part.birth_rank.length;
      return shifted;
    }),
  );
  const closed = new Uint32Array(offsets.length + 1);
  closed.set(offsets);
  closed[offsets.length] = entries;
  return {
    offsets: closed,
    birth_rank: concatNumbers(
      uint32,
      parts.map((part) => part.birth_rank),
    ),
    images: concatNumbers(
      uint32,
      parts.map((part) => part.images),
    ),
  };
}
