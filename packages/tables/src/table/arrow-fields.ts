import type { Field } from '../ipc/field.js';
import type { ColumnKind, ColumnSpec, ColumnSpecs } from '../schemas/column.js';

const types: Record<Exclude<ColumnKind, 'histogram'>, Field['type']> = {
  uint32: { kind: 'int', bits: 32, signed: false },
  int32: { kind: 'int', bits: 32, signed: true },
  float64: { kind: 'float', bits: 64 },
  count: { kind: 'int', bits: 64, signed: false },
  bool: { kind: 'bool' },
  utf8: { kind: 'utf8' },
  label: { kind: 'utf8' },
};

/** The Arrow fields of a table. Dictionaries have the number of their column among the labels, from 0. */
export function arrowFields(specs: ColumnSpecs): Field[] {
  let id = 0n;
  return Object.entries(specs).map(([name, spec]) =>
    arrowField(name, spec, spec.kind === 'label' ? id++ : id),
  );
}

function arrowField(name: string, { kind, nullable }: ColumnSpec, id: bigint): Field {
  if (kind === 'histogram') {
    const item = plain('item', { kind: 'struct' }, [
      plain('birth_rank', types.uint32),
      plain('images', types.uint32),
    ]);
    return { ...plain(name, { kind: 'list' }, [item]), nullable };
  }
  const dictionary = kind === 'label' ? { id, bits: 32 as const, signed: true } : null;
  return { ...plain(name, types[kind]), nullable, dictionary };
}

function plain(name: string, type: Field['type'], children: readonly Field[] = []): Field {
  return { name, nullable: false, type, dictionary: null, children };
}
