import { readFile } from 'node:fs/promises';
import { writeWhole } from '@unitscope/process';

/** What a terminal needs beside the endpoint, where the S3 server is one of the environment's. */
const GIVEN = [
  'AWS_ACCESS_KEY_ID',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SESSION_TOKEN',
  'AWS_REGION',
  'AWS_PROFILE',
];

/**
 * Writes a shell file that sets the variables; lines of the file that set other variables, or say something else, stay.
 * For its owner alone: it holds credentials.
 */
export async function writeEnvFile(path: string, variables: Readonly<Record<string, string>>): Promise<void> {
  const given = Object.fromEntries(
    GIVEN.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])),
  ) as Record<string, string>;
  const all = { ...given, ...variables };
  const earlier = await readFile(path, 'utf8').catch(() => '');
  const kept = earlier.split('\n').filter((line) => {
    const name = /^export ([A-Za-z_]\w*)=/.exec(line)?.[1];
    return line !== '' && (name === undefined || !(name in all));
  });
  const lines = [...Object.entries(all).map(([name, value]) => `export ${name}=${quoted(value)}`), ...kept];
  await writeWhole(path, `${lines.join('\n')}\n`, { mode: 0o600 });
}

/** One word of a POSIX shell. */
function quoted(value: string): string {
  return `'${value.replaceAll("'", "'\\''")}'`;
}
