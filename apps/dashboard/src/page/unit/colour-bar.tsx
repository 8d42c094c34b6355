import { mapColor } from '@unitscope/plots';
import { shortFigure } from '../figures.js';
import { coverOf } from './map-canvas.js';
import type { MapRange } from './unit-images.js';

const STOPS = 24;

interface BarProps {
  readonly range: MapRange | null;
  /** How much the maps cover photographs; 1: there are none. */
  readonly opacity: number;
}

/** What the colours of all maps of the unit stand for, blended as the maps are: over white above, over black below. */
export function ColourBar({ range, opacity }: BarProps) {
  return (
    <div class="colour-bar" role="img" aria-label={words(range, opacity)}>
      <span aria-hidden="true">activation {range === null ? '' : shortFigure(range.low)}</span>
      <span aria-hidden="true" class="ramp" style={{ background: groundOf(opacity) }} />
      <span aria-hidden="true">{range === null ? '' : shortFigure(range.high)}</span>
    </div>
  );
}

/** Maps have the same colours on a light and a dark page: they lie on photographs. */
function groundOf(opacity: number): string {
  const stops = Array.from({ length: STOPS }, (_, i) => {
    const share = i / (STOPS - 1);
    const cover = Math.round(255 * coverOf(share, opacity));
    return `${mapColor(share)}${cover.toString(16).padStart(2, '0')}`;
  });
  const ramp = `linear-gradient(to right, ${stops.join(', ')})`;
  return opacity === 1 ? ramp : `${ramp}, linear-gradient(#ffffff 50%, #000000 50%)`;
}

function words(range: MapRange | null, opacity: number): string {
  const blended = opacity === 1 ? '' : ', as they lie on white (above) and black (below)';
  if (range === null) return `Colours of the maps${blended}`;
  const { low, high } = range;
  return `Colours of the maps: from ${shortFigure(low)} (dark) to ${shortFigure(high)} (bright)${blended}`;
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
