import { mapColor } from '@unitscope/plots';
import { useEffect, useRef } from 'preact/hooks';
import type { MapRange } from './unit-images.js';

const COLORS = Uint8ClampedArray.from(
  Array.from({ length: 256 }, (_, i) => mapColor(i / 255)).flatMap((color) =>
    [1, 3, 5].map((at) => parseInt(color.slice(at, at + 2), 16)),
  ),
);

/** How much fainter the silent parts of a map lie on a photograph. */
const VEIL = 1.2;

/** How much of what lies below is covered by a value, from 0 to 1: where the unit is silent less. */
export function coverOf(share: number, opacity: number): number {
  return opacity ** (1 + VEIL * (1 - share));
}

interface Props {
  readonly map: ArrayLike<number>;
  readonly size: number;
  readonly range: MapRange;
  /** Left out: the picture says nothing that stands not beside it. */
  readonly label?: string;
  /** How much it covers what lies below, from 0 to 1; where the unit is silent it covers less. */
  readonly opacity?: number;
}

/** A map, one pixel a value, its colours by the range that all maps beside it have. */
export function MapCanvas({ map, size, range, label, opacity = 1 }: Props) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    if (canvas.current !== null) paint(canvas.current, map, size, range, opacity);
  }, [map, size, range.low, range.high, opacity]);
  const said =
    label === undefined ? { 'aria-hidden': true as const } : { role: 'img' as const, 'aria-label': label };
  return <canvas ref={canvas} {...said} />;
}

export function paint(
  canvas: HTMLCanvasElement,
  map: ArrayLike<number>,
  size: number,
  { low, high }: MapRange,
  opacity = 1,
): void {
  canvas.width = size;
  canvas.height = size;
  const context = canvas.getContext('2d');
  if (context === null) return;
  const image = context.createImageData(size, size);
  const scale = high > low ? 255 / (high - low) : 0;
  for (let i = 0; i < size * size; i++) {
    const level = Math.min(255, Math.max(0, Math.round(((map[i] ?? 0) - low) * scale)));
    const at = 3 * level;
    image.data[4 * i] = COLORS[at] ?? 0;
    image.data[4 * i + 1] = COLORS[at + 1] ?? 0;
    image.data[4 * i + 2] = COLORS[at + 2] ?? 0;
    image.data[4 * i + 3] = 255 * coverOf(level / 255, opacity);
  }
  context.putImageData(image, 0, 0);
}
