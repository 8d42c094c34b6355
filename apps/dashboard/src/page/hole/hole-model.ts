import type { Hole, MapRow } from '@unitscope/plots';
import { birthCycle, filtration } from '@unitscope/topology';
import { useEffect, useMemo, useState } from 'preact/hooks';
import { curveOf, deathOf, type Course, type CourseQuestion } from './hole-course.js';

/** The course of a map up to this size is there before a person sees that it was not. */
const SMALL = 28;

export interface HoleModel {
  readonly hole: Hole;
  readonly map: Float32Array;
  /** β₁ by index; empty until it is known. */
  readonly curve: Uint32Array;
}

const UNKNOWN: Course = { beta1: new Uint32Array(0), death: undefined };

/** A map's filtration, its ring and what becomes of it. */
export function useHole({ map: values, size }: MapRow, density: number): HoleModel {
  const start = useMemo(() => {
    const map = Float32Array.from(values);
    const { tails, heads, ranks } = filtration(map, size, { density });
    return { map, edges: { tails, heads, ranks }, cycle: birthCycle(map, size, { density }) };
  }, [values, size, density]);
  const { map, edges, cycle } = start;
  const small = useMemo((): Course | null => {
    if (size > SMALL) return null;
    const question = { map, size, density, cycle };
    return { beta1: curveOf(question), death: deathOf(question) };
  }, [start]);
  const [large, setLarge] = useState<{ readonly of: Float32Array; readonly course: Course } | null>(null);
  useEffect(() => {
    if (size <= SMALL) return undefined;
    const worker = new Worker(new URL('./betti-worker.ts', import.meta.url), { type: 'module' });
    worker.onmessage = ({ data }: MessageEvent<Course>) => setLarge({ of: map, course: data });
    worker.postMessage({ map, size, density, cycle } satisfies CourseQuestion);
    return () => worker.terminate();
  }, [start]);
  const { beta1, death } = small ?? (large?.of === map ? large.course : UNKNOWN);
  const hole = useMemo(() => ({ size, map, edges, cycle, death }), [start, death]);
  return { hole, map, curve: beta1 };
}
