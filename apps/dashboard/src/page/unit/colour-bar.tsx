import { mapColor } from '@unitscope/plots';
import type { MapRange } from './unit-images.js';

const STOPS = 12;
/** Maps have the same colours on a light and a dark page: they lie on photographs. */
const GRADIENT = `linear-gradient(to right, ${Array.from({ length: STOPS }, (_, i) => mapColor(i / (STOPS - 1))).join(', ')})`;

/** What the colours of all maps of the unit stand for. */
export function ColourBar({ range }: { readonly range: MapRange | null }) {
  return (
    <div class="colour-bar" role="img" aria-label={words(range)}>
      <span aria-hidden="true">activation {range === null ? '' : short(range.low)}</span>
      <span aria-hidden="true" class="ramp" style={{ background: GRADIENT }} />
      <span aria-hidden="true">{range === null ? '' : short(range.high)}</span>
    </div>
  );
}

function words(range: MapRange | null): string {
  if (range === null) return 'Colours of the maps';
  return `Colours of the maps: from ${short(range.low)} (dark) to ${short(range.high)} (bright)`;
}

/** Three digits that count. */
export function short(value: number): string {
  return String(Number(value.toPrecision(3))).replace('-', '−');
}

interface SliderProps {
  readonly value: number;
  readonly onChange: (value: number) => void;
}

/** How much of the photographs the maps cover. */
export function OverlaySlider({ value, onChange }: SliderProps) {
  return (
    <label class="overlay-slider">
      <span>photograph</span>
      <input
        type="range"
        aria-label="How much the maps cover the photographs"
        aria-valuetext={`${Math.round(100 * value)} %`}
        min={0}
        max={100}
        step={5}
        value={Math.round(100 * value)}
        onInput={(event) => onChange(Number(event.currentTarget.value) / 100)}
      />
      <span aria-hidden="true">map</span>
    </label>
  );
}
