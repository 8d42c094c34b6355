import { fileName } from '@unitscope/base';

/** What of the address a file holds in every view, in this order; a layer where the view shows that alone. */
const HELD = ['run', 'category', 'definition', 'threshold', 'minSelectiveRate'] as const;
const BY_LAYER: ReadonlySet<string> = new Set(['trend']);

/** Saves a text as a file, named by what it holds; it is made here and asked of nobody. */
export function download(name: string, type: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement('a');
  link.href = url;
  link.download = fileName(heldName(name, window.location));
  link.click();
  window.setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

/** `demo-trend.svg` as `demo-trend-conv4-3-threshold-20.svg`, where the address says so. */
export function heldName(name: string, { pathname, search }: Pick<Location, 'pathname' | 'search'>): string {
  const query = new URLSearchParams(search);
  const view = pathname.split('/')[3] ?? '';
  const value = (key: string): string => query.get(key) ?? '';
  const parts = [
    ...(BY_LAYER.has(view) ? [value('layer')] : []),
    ...HELD.map((key) => {
      const found = value(key);
      return found === '' || key === 'run' || key === 'category' ? found : `${key}-${found}`;
    }),
  ].filter((part) => part !== '');
  const dot = name.lastIndexOf('.');
  return [name.slice(0, dot), ...parts].join('-') + name.slice(dot);
}
