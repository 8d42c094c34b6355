import type { Hole } from '@unitscope/plots';
import { birthCycle, bettiCurves, filtration } from '@unitscope/topology';
import { useEffect, useMemo, useState } from 'preact/hooks';
import type { MapRow } from '@unitscope/plots';

/** The curve of a map up to this size is there before a person sees that it was not. */
const SMALL = 28;

export interface HoleModel {
  readonly hole: Hole;
  readonly map: Float32Array;
}

export function useHole({ map, size }: MapRow, density: number): HoleModel {
  return useMemo(() => {
    const floats = Float32Array.from(map);
    const { tails, heads, ranks } = filtration(floats, size, { density });
    const cycle = birthCycle(floats, size, { density });
    return { map: floats, hole: { size, map: floats, edges: { tails, heads, ranks }, cycle } };
  }, [map, size, density]);
}

const NONE = new Uint32Array(0);

/** β₁ by index; empty until it is known. */
export function useCurve({ map, hole: { size } }: HoleModel, density: number): Uint32Array {
  const [curve, setCurve] = useState<{ of: Float32Array; beta1: Uint32Array } | null>(null);
  const small = useMemo(() => {
    if (size > SMALL) return null;
    const { beta1, ranks } = bettiCurves(map, size, { density });
    return beta1.slice(0, ranks);
  }, [map, size, density]);
  useEffect(() => {
    if (size <= SMALL) return undefined;
    const worker = new Worker(new URL('./betti-worker.ts', import.meta.url), { type: 'module' });
    worker.onmessage = ({ data }: MessageEvent<Uint32Array>) => setCurve({ of: map, beta1: data });
    worker.postMessage({ map, size, density });
    return () => worker.terminate();
  }, [map, size, density]);
  return small ?? (curve?.of === map ? curve.beta1 : NONE);
}
