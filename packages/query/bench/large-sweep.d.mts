/** The store of a sweep `bench` of so many rows, 10,000 a checkpoint: made once, below `cache`. */
export function largeSweep(cache: string, rows: number): Promise<string>;
