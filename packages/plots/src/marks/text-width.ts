/**
 * Widths of the printable ASCII characters in thousandths of an em: of each the wider one of Liberation Sans (which is as wide as
 * Helvetica and Arial) and DejaVu Sans, since the viewer's font is not known where a chart is drawn.
 */
const WIDTHS = [
  318, 401, 460, 838, 636, 950, 780, 275, 390, 390, 500, 838, 318, 361, 318, 337, 636, 636, 636, 636, 636,
  636, 636, 636, 636, 636, 337, 337, 838, 838, 838, 556, 1015, 684, 686, 722, 770, 667, 611, 778, 752, 295,
  500, 667, 557, 863, 748, 787, 667, 787, 722, 667, 611, 732, 684, 989, 685, 667, 685, 390, 337, 390, 838,
  556, 500, 613, 635, 550, 635, 615, 352, 635, 634, 278, 278, 579, 278, 974, 634, 612, 635, 635, 411, 521,
  392, 634, 592, 818, 592, 592, 525, 636, 337, 636, 838,
];

/** How wide a text is at most, in the unit of its font size; a character that is not ASCII counts as one em. */
export function textWidth(text: string, size: number): number {
  let width = 0;
  for (const character of text) width += WIDTHS[(character.codePointAt(0) ?? 0) - 32] ?? 1000;
  return (width * size) / 1000;
}

/** The widest of some texts. */
export function widest(texts: Iterable<string>, size: number): number {
  let most = 0;
  for (const text of texts) most = Math.max(most, textWidth(text, size));
  return most;
}
