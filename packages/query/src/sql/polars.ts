import { createRequire } from 'node:module';

export type Polars = typeof import('nodejs-polars').default;

let loaded: Polars | undefined;

/**
 * The engine: a native library of some 100 MB, loaded when a query is run. By `require`, in a third of the time: `import` of a CommonJS
 * package first reads all its files for the names that they export.
 */
export function polars(): Polars {
  loaded ??= (createRequire(import.meta.url)('nodejs-polars') as { default: Polars }).default;
  return loaded;
}
