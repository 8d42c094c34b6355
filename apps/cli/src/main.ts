import { CommanderError } from 'commander';
import { InputError, reasonOf, shownText } from '@unitscope/base';
import { createProgram } from './program.js';
import { tell } from './terminal/output.js';
import { VERBS } from './verbs.js';

const DONE = 0;
const FAILED = 1;
const BAD_INPUT = 2;
/** What a shell reports for a program that SIGINT ended. */
const INTERRUPTED = 130;

/** Runs one command line; answers its exit code: 0 done, 1 failed, 2 bad usage or bad input, 130 interrupted. */
export async function main(args: readonly string[]): Promise<number> {
  // A reader that leaves early (`| head`) is no failure.
  process.stdout.on('error', (error: NodeJS.ErrnoException) =>
    process.exit(error.code === 'EPIPE' ? DONE : FAILED),
  );
  try {
    const program = await createProgram(args);
    await program.parseAsync(understood(args), { from: 'user' });
    return process.exitCode === undefined ? DONE : Number(process.exitCode);
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? DONE : BAD_INPUT;
    tell(`unitscope: ${explain(error)}\n`);
    const code = (error as { code?: unknown } | null)?.code;
    if (code === 'SWEEP_INTERRUPTED' || code === 'INTERRUPTED') return INTERRUPTED;
    return error instanceof InputError ? BAD_INPUT : FAILED;
  }
}

/** A verb that there is not is refused, with `--help` behind it too. */
function understood(args: readonly string[]): string[] {
  const [verb = '-'] = args;
  const isKnown = verb.startsWith('-') || verb === 'help' || VERBS.some(({ name }) => name === verb);
  return isKnown ? [...args] : [verb];
}

function explain(error: unknown): string {
  if (process.env['UNITSCOPE_DEBUG'] !== undefined && error instanceof Error)
    return error.stack ?? error.message;
  const own = typeof (error as { code?: unknown } | null)?.code === 'string';
  const hint = own ? '' : ' (UNITSCOPE_DEBUG=1 shows where it happened)';
  // Names of files and labels may hold anything. Lines after the first are set in: none looks like another message.
  const lines = `${reasonOf(error)}${hint}`.split('\n');
  return lines.map(shownText).join('\n  ');
}
