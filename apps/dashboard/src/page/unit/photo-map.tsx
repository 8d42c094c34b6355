import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { MapCanvas } from './map-canvas.js';
import type { MapNotes, MapRow } from '@unitscope/plots';
import { photographUrl, type MapRange } from './unit-images.js';

interface Props {
  readonly sweep: string;
  readonly category: string;
  readonly row: MapRow;
  readonly notes: MapNotes;
  readonly range: MapRange;
  readonly opacity: number;
  /** Pixels that the photograph is asked for. */
  readonly side: number;
  /** What lies over the map. */
  readonly children?: ComponentChildren;
}

/** A photograph with the unit's map laid over the part that the map is of. */
export function PhotoMap({ sweep, category, row, notes, range, opacity, side, children }: Props) {
  const [missing, setMissing] = useState(false);
  const [height, width] = notes.shape;
  const square = Math.min(height, width);
  const shown = row.photographed && !missing;
  const lack = missing
    ? 'photograph gone or changed'
    : notes.namesImages && !row.photographed
      ? 'no photograph'
      : null;
  const name = `image ${row.image}${category === '' ? '' : ` of ${category}`}`;
  return (
    <span class="photo-map" style={{ aspectRatio: `${width} / ${height}` }}>
      {shown && (
        <img
          src={photographUrl(sweep, { category, image: row.image, shape: notes.shape, side })}
          alt={`Photograph: ${name}`}
          loading="lazy"
          draggable={false}
          onError={() => setMissing(true)}
        />
      )}
      <span
        class="photo-map-square"
        style={{ width: `${(100 * square) / width}%`, height: `${(100 * square) / height}%` }}
      >
        <MapCanvas
          map={row.map}
          size={row.size}
          range={range}
          opacity={shown ? opacity : 1}
          {...(!shown && { label: `Map of ${name}${lack === null ? '' : `, ${lack}`}` })}
        />
        {children}
      </span>
      {lack !== null && (
        <span class="no-photograph" aria-hidden="true">
          {lack}
        </span>
      )}
    </span>
  );
}
