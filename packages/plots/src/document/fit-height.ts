import type { Look } from '../marks/look.js';
import { POINTS } from '../marks/length.js';
import { PrintSizeError, pointsOf } from '../marks/print-size.js';

/** Plots that are lower than this part of their usual height show nothing. */
const LEAST_STRETCH = 0.3;
/** Of rounding, in units. */
const NEAR = 6;

/**
 * Draws a chart as high as it is to be: its plots are stretched, texts and legends stay. Without a height as it is. Throws
 * PrintSizeError where it cannot be so low, or nothing in it can be stretched.
 */
export async function fitHeight(draw: (look: Look) => Promise<string>, look: Look): Promise<string> {
  const { height } = look;
  if (height === undefined) return draw(look);
  const heightAt = async (stretch: number): Promise<number> =>
    heightOf(await draw({ ...look, height: undefined, stretch }));
  // Heights are linear in the stretch, but for rounding.
  const [usual, half] = [await heightAt(1), await heightAt(0.5)];
  const stretch = 1 + (height - usual) / (2 * (usual - half));
  const told = (units: number): string => lengthWords(units, look);
  if (usual - half < 1)
    throw new PrintSizeError(`nothing in this chart can be higher or lower: it has ${told(usual)}`);
  if (stretch < LEAST_STRETCH)
    throw new PrintSizeError(
      `expected a height of at least ${told(usual - 2 * (1 - LEAST_STRETCH) * (usual - half))} at this width, found ${told(height)}`,
    );
  const svg = await draw({ ...look, stretch });
  if (Math.abs(heightOf(svg) - height) < 0.01) return svg;
  const near = heightOf(await draw({ ...look, height: undefined, stretch }));
  throw new PrintSizeError(`the nearest height that this chart can have is ${told(near)}`);
}

/** Whether a drawing of its own height is as high as it is to be: rounding is made up for at its foot. */
export function isNear(own: number, height: number | undefined): height is number {
  return height !== undefined && Math.abs(own - height) <= NEAR;
}

function heightOf(svg: string): number {
  return Number(/ viewBox="0 0 [\d.]+ ([\d.]+)"/.exec(svg)?.[1]);
}

function lengthWords(units: number, { width, paper }: Look): string {
  if (paper === undefined || width === undefined) return `${Math.ceil(units)}px`;
  const value = ((units / width) * pointsOf(paper)) / POINTS[paper.unit];
  return `${Math.ceil(value * 10) / 10}${paper.unit}`;
}
