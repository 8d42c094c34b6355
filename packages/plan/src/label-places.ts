/** Where labels themselves say the step or epoch, as `step-16` does. */
export interface LabelPlaces {
  readonly axis: string;
  /** One a label. */
  readonly places: readonly number[];
}

const PLACED = /^(.*?)(global_step|step|epoch|iteration|iter)([-_=. ]?)(\d{1,15})(.*)$/i;

/** The steps that labels name, where all are one text but for that number; null where they are not. */
export function labelPlaces(labels: readonly string[]): LabelPlaces | null {
  const found = labels.map((label) => PLACED.exec(label));
  const [first] = found;
  const frame = (match: RegExpExecArray | null | undefined): string | null =>
    match == null ? null : JSON.stringify([match[1], match[2]?.toLowerCase(), match[3], match[5]]);
  if (first == null || !found.every((match) => frame(match) === frame(first))) return null;
  return { axis: (first[2] ?? '').toLowerCase(), places: found.map((match) => Number(match?.[4])) };
}
