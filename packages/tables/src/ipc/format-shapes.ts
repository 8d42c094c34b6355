import type { SlotShape, TableShape } from './verify.js';

// Arrow's format/Schema.fbs, Message.fbs and File.fbs (metadata version V5), slot by slot.

const byte: SlotShape = { kind: 'scalar', bytes: 1 };
const short: SlotShape = { kind: 'scalar', bytes: 2 };
const int: SlotShape = { kind: 'scalar', bytes: 4 };
const long: SlotShape = { kind: 'scalar', bytes: 8 };
const text: SlotShape = { kind: 'string' };

const keyValue: TableShape = [text, text];
const keyValues: SlotShape = { kind: 'tables', of: () => keyValue };
const intType: TableShape = [int, byte];
const empty: TableShape = [];

// In the order of the union `Type`.
const types: readonly (TableShape | undefined)[] = [
  undefined,
  empty, // Null
  intType,
  [short], // FloatingPoint
  empty, // Binary
  empty, // Utf8
  empty, // Bool
  [int, int, int], // Decimal
  [short], // Date
  [short, int], // Time
  [short, text], // Timestamp
  [short], // Interval
  empty, // List
  empty, // Struct
  [short, { kind: 'structs', bytes: 4 }], // Union
  [int], // FixedSizeBinary
  [int], // FixedSizeList
  [byte], // Map
  [short], // Duration
  empty, // LargeBinary
  empty, // LargeUtf8
  empty, // LargeList
  empty, // RunEndEncoded
  empty, // BinaryView
  empty, // Utf8View
  empty, // ListView
  empty, // LargeListView
];

const dictionaryEncoding: TableShape = [long, { kind: 'table', of: () => intType }, byte, short];

const field: TableShape = [
  text,
  byte,
  byte,
  { kind: 'union', of: types },
  { kind: 'table', of: () => dictionaryEncoding },
  { kind: 'tables', of: () => field },
  keyValues,
];

const schema: TableShape = [
  short,
  { kind: 'tables', of: () => field },
  keyValues,
  { kind: 'structs', bytes: 8 },
];

const bodyCompression: TableShape = [byte, byte];

const recordBatch: TableShape = [
  long,
  { kind: 'structs', bytes: 16 },
  { kind: 'structs', bytes: 16 },
  { kind: 'table', of: () => bodyCompression },
  { kind: 'structs', bytes: 8 },
];

const dictionaryBatch: TableShape = [long, { kind: 'table', of: () => recordBatch }, byte];

export const messageShape: TableShape = [
  short,
  byte,
  { kind: 'union', of: [undefined, schema, dictionaryBatch, recordBatch] },
  long,
  keyValues,
];

export const footerShape: TableShape = [
  short,
  { kind: 'table', of: () => schema },
  { kind: 'structs', bytes: 24 },
  { kind: 'structs', bytes: 24 },
  keyValues,
];
