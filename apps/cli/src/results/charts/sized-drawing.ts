/** A drawing of another size, which its root says: what is drawn is as large as its view box in it. */
export function sizedDrawing(svg: string, [width, height]: readonly [number, number]): string {
  return svg.replace(/ width="[^"]*" height="[^"]*"/, ` width="${width}" height="${height}"`);
}
