import { Bool } from 'apache-arrow/fb/bool';
import { DictionaryEncoding } from 'apache-arrow/fb/dictionary-encoding';
import { Endianness } from 'apache-arrow/fb/endianness';
import { Field as FieldTable } from 'apache-arrow/fb/field';
import { FixedSizeList } from 'apache-arrow/fb/fixed-size-list';
import { FloatingPoint } from 'apache-arrow/fb/floating-point';
import { Int } from 'apache-arrow/fb/int';
import { KeyValue } from 'apache-arrow/fb/key-value';
import { List } from 'apache-arrow/fb/list';
import { Precision } from 'apache-arrow/fb/precision';
import { Schema } from 'apache-arrow/fb/schema';
import { Struct_ } from 'apache-arrow/fb/struct-';
import { Type } from 'apache-arrow/fb/type';
import { Utf8 } from 'apache-arrow/fb/utf8';
import type { Builder, Offset } from 'flatbuffers';
import type { Field } from './field.js';

/** Writes a schema into a FlatBuffer under construction; metadata in the order of its keys. */
export function encodeSchema(
  builder: Builder,
  fields: readonly Field[],
  metadata: ReadonlyMap<string, string>,
): Offset {
  const offsets = fields.map((field) => encodeField(builder, field));
  const fieldsVector = Schema.createFieldsVector(builder, offsets);
  const metadataVector = Schema.createCustomMetadataVector(builder, encodeMetadata(builder, metadata));
  Schema.startSchema(builder);
  Schema.addEndianness(builder, Endianness.Little);
  Schema.addFields(builder, fieldsVector);
  Schema.addCustomMetadata(builder, metadataVector);
  return Schema.endSchema(builder);
}

/** Writes the pairs, sorted by key. */
export function encodeMetadata(builder: Builder, metadata: ReadonlyMap<string, string>): Offset[] {
  const keys = [...metadata.keys()].sort();
  return keys.map((key) => {
    const [keyText, value] = [builder.createString(key), builder.createString(metadata.get(key) ?? '')];
    KeyValue.startKeyValue(builder);
    KeyValue.addKey(builder, keyText);
    KeyValue.addValue(builder, value);
    return KeyValue.endKeyValue(builder);
  });
}

function encodeField(builder: Builder, field: Field): Offset {
  const children = field.children.map((child) => encodeField(builder, child));
  const name = builder.createString(field.name);
  const [typeId, type] = encodeType(builder, field);
  const dictionary = field.dictionary === null ? null : encodeDictionary(builder, field.dictionary);
  const childrenVector = FieldTable.createChildrenVector(builder, children);
  FieldTable.startField(builder);
  FieldTable.addName(builder, name);
  FieldTable.addNullable(builder, field.nullable);
  FieldTable.addTypeType(builder, typeId);
  FieldTable.addType(builder, type);
  if (dictionary !== null) FieldTable.addDictionary(builder, dictionary);
  FieldTable.addChildren(builder, childrenVector);
  return FieldTable.endField(builder);
}

function encodeDictionary(builder: Builder, dictionary: NonNullable<Field['dictionary']>): Offset {
  const index = Int.createInt(builder, dictionary.bits, dictionary.signed);
  DictionaryEncoding.startDictionaryEncoding(builder);
  DictionaryEncoding.addId(builder, dictionary.id);
  DictionaryEncoding.addIndexType(builder, index);
  return DictionaryEncoding.endDictionaryEncoding(builder);
}

const precisions = { 16: Precision.HALF, 32: Precision.SINGLE, 64: Precision.DOUBLE } as const;

function encodeType(builder: Builder, { name, type }: Field): [Type, Offset] {
  switch (type.kind) {
    case 'int':
      return [Type.Int, Int.createInt(builder, type.bits, type.signed)];
    case 'float':
      return [Type.FloatingPoint, FloatingPoint.createFloatingPoint(builder, precisions[type.bits])];
    case 'bool':
      return [Type.Bool, Bool.createBool(builder)];
    case 'utf8':
      return [Type.Utf8, Utf8.createUtf8(builder)];
    case 'list':
      return [Type.List, List.createList(builder)];
    case 'struct':
      return [Type.Struct_, Struct_.createStruct_(builder)];
    case 'fixed_size_list':
      return [Type.FixedSizeList, FixedSizeList.createFixedSizeList(builder, type.size)];
    default:
      throw new RangeError(`column ${name}: type ${type.kind} is not written`);
  }
}
