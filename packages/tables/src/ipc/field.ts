import type { Field as FieldTable } from 'apache-arrow/fb/field';
import { FixedSizeBinary } from 'apache-arrow/fb/fixed-size-binary';
import { FixedSizeList } from 'apache-arrow/fb/fixed-size-list';
import { FloatingPoint } from 'apache-arrow/fb/floating-point';
import { Int } from 'apache-arrow/fb/int';
import { Type } from 'apache-arrow/fb/type';
import { Union } from 'apache-arrow/fb/union';
import { UnionMode } from 'apache-arrow/fb/union-mode';
import { FlatBufferError } from './verify.js';

export type IntBits = 8 | 16 | 32 | 64;

/** The Arrow types that tables of this package use; the rest is `other`, known only so that it can be skipped. */
type DataType =
  | { readonly kind: 'int'; readonly bits: IntBits; readonly signed: boolean }
  | { readonly kind: 'float'; readonly bits: 16 | 32 | 64 }
  | { readonly kind: 'bool' }
  | { readonly kind: 'utf8' }
  | { readonly kind: 'large_utf8' }
  | { readonly kind: 'list' }
  | { readonly kind: 'struct' }
  | { readonly kind: 'fixed_size_list'; readonly size: number }
  | { readonly kind: 'other'; readonly name: string; readonly buffers: number; readonly variadic: boolean };

interface DictionaryIndex {
  readonly id: bigint;
  readonly bits: IntBits;
  readonly signed: boolean;
}

/** A column, or a child of one. With `dictionary`, `type` is the type of the dictionary's values. */
export interface Field {
  readonly name: string;
  readonly nullable: boolean;
  readonly type: DataType;
  readonly dictionary: DictionaryIndex | null;
  readonly children: readonly Field[];
}

/** How pyarrow writes the type, cut where a message would become unreadable. */
export function describeType(field: Field): string {
  const whole = describeWholeType(field);
  return whole.length > 200 ? `${whole.slice(0, 200)}…` : whole;
}

function describeWholeType(field: Field): string {
  const plain = describePlainType(field);
  if (field.dictionary === null) return plain;
  return `dictionary<${intName(field.dictionary)}, ${plain}>`;
}

function describePlainType(field: Field): string {
  const { type, children } = field;
  const inner = children.slice(0, 20).map(describeWholeType).join(', ');
  switch (type.kind) {
    case 'int':
      return intName(type);
    case 'float':
      return `float${type.bits}`;
    case 'fixed_size_list':
      return `fixed_size_list<${inner}>[${type.size}]`;
    case 'list':
    case 'struct':
      return `${type.kind}<${inner}>`;
    case 'other':
      return type.name;
    default:
      return type.kind;
  }
}

function intName(type: { bits: number; signed: boolean }): string {
  return `${type.signed ? '' : 'u'}int${type.bits}`;
}

/** Decodes a verified FlatBuffers field. */
export function decodeField(table: FieldTable): Field {
  const children: Field[] = [];
  for (let i = 0; i < table.childrenLength(); i++) {
    const child = table.children(i);
    if (child !== null) children.push(decodeField(child));
  }
  const encoding = table.dictionary();
  const index = encoding?.indexType() ?? null;
  return {
    name: table.name() ?? '',
    nullable: table.nullable(),
    type: decodeType(table),
    dictionary:
      encoding === null
        ? null
        : index === null
          ? { id: encoding.id(), bits: 32, signed: true }
          : { id: encoding.id(), bits: intBits(index.bitWidth()), signed: index.isSigned() },
    children,
  };
}

const others: Partial<Record<Type, [name: string, buffers: number]>> = {
  [Type.Null]: ['null', 0],
  [Type.Binary]: ['binary', 3],
  [Type.LargeBinary]: ['large_binary', 3],
  [Type.Decimal]: ['decimal', 2],
  [Type.Date]: ['date', 2],
  [Type.Time]: ['time', 2],
  [Type.Timestamp]: ['timestamp', 2],
  [Type.Interval]: ['interval', 2],
  [Type.Duration]: ['duration', 2],
  [Type.Map]: ['map', 2],
  [Type.LargeList]: ['large_list', 2],
  [Type.ListView]: ['list_view', 3],
  [Type.LargeListView]: ['large_list_view', 3],
  [Type.RunEndEncoded]: ['run_end_encoded', 0],
  [Type.BinaryView]: ['binary_view', 2],
  [Type.Utf8View]: ['string_view', 2],
};

function decodeType(field: FieldTable): DataType {
  const id = field.typeType();
  switch (id) {
    case Type.Int: {
      const type = field.type(new Int()) as Int | null;
      return { kind: 'int', bits: intBits(type?.bitWidth() ?? 0), signed: type?.isSigned() ?? false };
    }
    case Type.FloatingPoint: {
      const type = field.type(new FloatingPoint()) as FloatingPoint | null;
      return { kind: 'float', bits: floatBits(type?.precision() ?? 0) };
    }
    case Type.Bool:
      return { kind: 'bool' };
    case Type.Utf8:
      return { kind: 'utf8' };
    case Type.LargeUtf8:
      return { kind: 'large_utf8' };
    case Type.List:
      return { kind: 'list' };
    case Type.Struct_:
      return { kind: 'struct' };
    case Type.FixedSizeList: {
      const type = field.type(new FixedSizeList()) as FixedSizeList | null;
      return { kind: 'fixed_size_list', size: type?.listSize() ?? 0 };
    }
    case Type.FixedSizeBinary: {
      const type = field.type(new FixedSizeBinary()) as FixedSizeBinary | null;
      return {
        kind: 'other',
        name: `fixed_size_binary[${type?.byteWidth() ?? 0}]`,
        buffers: 2,
        variadic: false,
      };
    }
    case Type.Union: {
      const type = field.type(new Union()) as Union | null;
      const dense = type?.mode() === UnionMode.Dense;
      return {
        kind: 'other',
        name: dense ? 'dense_union' : 'sparse_union',
        buffers: dense ? 2 : 1,
        variadic: false,
      };
    }
    default: {
      const [name, buffers] = others[id] ?? ['unknown', 0];
      return { kind: 'other', name, buffers, variadic: id === Type.BinaryView || id === Type.Utf8View };
    }
  }
}

function intBits(bits: number): IntBits {
  if (bits === 8 || bits === 16 || bits === 32 || bits === 64) return bits;
  throw new FlatBufferError(`an integer of ${bits} bits`);
}

function floatBits(precision: number): 16 | 32 | 64 {
  const bits = ([16, 32, 64] as const)[precision];
  if (bits === undefined) throw new FlatBufferError(`a floating point number of precision ${precision}`);
  return bits;
}
