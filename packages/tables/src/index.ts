export { memorySource, type ByteSource } from './byte-source.js';
export { FileSource } from './file-source.js';
export * from './errors.js';
export { checkArrow } from './ipc/check-arrow.js';
export { zstdDecoder } from './ipc/decompress.js';
export {
  ActivationsFile,
  openActivations,
  type OpenActivationsOptions,
} from './activations/activations-file.js';
export { ImageLabels } from './activations/image-labels.js';
export { SeenMaps } from './activations/seen-maps.js';
export { ActivationsWriter, type ActivationsWriterOptions } from './activations/activations-writer.js';
export {
  openMeasurements,
  type MeasurementCell,
  type MeasurementsFile,
  type MeasurementsHeader,
  type UnitMeasurements,
} from './measurements/measurements-file.js';
export { MemorySink, type ByteSink } from './byte-sink.js';
export {
  nullableTextColumn,
  sameText,
  textAt,
  textColumn,
  type AnyColumn,
  type ColumnKind,
  type ColumnSpec,
  type Columns,
  type ColumnSpecs,
  type NullableColumn,
  type TableSchema,
} from './schemas/column.js';
export {
  ablationAreasSchema,
  ablationSchema,
  aliveSchema,
  birthsSchema,
  checkpointsSchema,
  evaluationsSchema,
  failuresSchema,
  layersSchema,
  measurementsSchema,
  objectsSchema,
  unitBirthsSchema,
  unitHistogramsSchema,
  unitsSchema,
  type MetaKind,
} from './schemas/tables.js';
export { columnNames } from './table/column-names.js';
export {
  encodeTable,
  TableWriter,
  type TableOptions,
  type TableWriterOptions,
} from './table/table-writer.js';
export { decodeTable, openCheckpoints, TableFile } from './table/table-file.js';
