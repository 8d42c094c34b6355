/** What is narrower holds no table. */
const NARROWEST = 40;
const USUAL = 80;

interface Stream {
  readonly isTTY?: boolean;
  readonly columns?: number;
}

/**
 * How many columns a line of a stream may have: those of its terminal; elsewhere (a pipe, a file) what the variable
 * COLUMNS says, else any number: programs read whole lines.
 */
export function terminalWidth(stream: Stream = process.stdout, columns = process.env['COLUMNS']): number {
  if (stream.isTTY === true) return Math.max(NARROWEST, stream.columns || USUAL);
  return saidWidth(columns) ?? Infinity;
}

/** Columns of a chart that is drawn in text. */
export function chartWidth(): number {
  return helpWidth();
}

/** Columns of a help text, which has some width on a pipe too. */
export function helpWidth(stream: Stream = process.stdout, columns = process.env['COLUMNS']): number {
  const width = terminalWidth(stream, columns);
  return Number.isFinite(width) ? width : USUAL;
}

function saidWidth(columns: string | undefined): number | undefined {
  const width = Number(columns);
  return Number.isSafeInteger(width) && width >= NARROWEST ? width : undefined;
}
