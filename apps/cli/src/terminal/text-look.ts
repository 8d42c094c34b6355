import { WriteStream } from 'node:tty';
import type { TextLook } from '@unitscope/plots';

interface Stream {
  readonly isTTY?: boolean;
}

/**
 * What the terminal can show. Colours by Node’s own rules (NO_COLOR, FORCE_COLOR, TERM, COLORTERM, NODE_DISABLE_COLORS), elsewhere
 * than on a terminal only where FORCE_COLOR asks for them; braille and blocks where the locale is of UTF-8.
 */
export function textLook(
  stream: Stream = process.stdout,
  env: NodeJS.ProcessEnv = process.env,
  platform: NodeJS.Platform = process.platform,
): Required<TextLook> {
  return { unicode: takesUnicode(env, platform), colorDepth: colorDepth(stream, env) };
}

function colorDepth({ isTTY = false }: Stream, env: NodeJS.ProcessEnv): number {
  const isForbidden = env['NO_COLOR'] !== undefined && env['NO_COLOR'] !== '';
  const isForced =
    env['FORCE_COLOR'] !== undefined && env['FORCE_COLOR'] !== '0' && env['FORCE_COLOR'] !== 'false';
  if (isForbidden || (!isTTY && !isForced)) return 1;
  // Node takes an empty NO_COLOR for one that is set.
  const set = Object.fromEntries(Object.entries(env).filter(([name]) => name !== 'NO_COLOR'));
  return WriteStream.prototype.getColorDepth(set);
}

/** The first of the variables that is set says the encoding (POSIX); Windows’ terminals of today have Unicode. */
function takesUnicode(env: NodeJS.ProcessEnv, platform: NodeJS.Platform): boolean {
  if (env['TERM'] === 'dumb') return false;
  const locale = [env['LC_ALL'], env['LC_CTYPE'], env['LANG']].find(
    (value) => value !== undefined && value !== '',
  );
  if (locale === undefined) return platform === 'win32' || platform === 'darwin';
  return /utf-?8/i.test(locale);
}
