/** Points of one of each unit of length; px is CSS’s, 1/96 inch. */
export const POINTS = { mm: 72 / 25.4, cm: 72 / 2.54, in: 72, pt: 1, px: 0.75 } as const;

/** A length on paper or, in px, on a page. */
export interface Length {
  readonly value: number;
  readonly unit: keyof typeof POINTS;
}
