import { canonicalJson, type Json } from '@unitscope/base';
import { sha256 } from './sha256.js';
import type { Spec } from './spec.js';

/**
 * SHA-256 of a spec's scientific content: what is measured and how, not where it is stored, how it is run or what
 * is kept beside the results. Two specs of one digest may share a sweep's name.
 */
export function specDigest(spec: Spec): string {
  const { density } = spec;
  // Images beside activation files are only shown.
  const source = { ...spec.source };
  delete source.images;
  delete source.preprocess;
  // Which definition of H is shown changes no table.
  const { threshold, minSelectiveRate, bootstrap } = spec.statistics;
  const statistics = { threshold, minSelectiveRate, bootstrap };
  return sha256(canonicalJson({ source, density, statistics } as unknown as Json));
}
