import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { BIN } from '../e2e/support/command-line.js';

let builds = 0;

/** A change of a built program: a text that stands in one of its files, and what stands there instead. */
export type Change = readonly [from: RegExp, to: string];

/** As a release whose numbers differ: the next semantics version, births one rank later. */
export const nextRelease: readonly Change[] = [
  [/\{ semantics: (\d+) \}/, '{ semantics: 1 + $1 }'],
  [
    /out\.birthRanks\.set\(new Uint32Array\((buffer\d*), birthRanks\.value, count\), /,
    'out.birthRanks.set(new Uint32Array($1, birthRanks.value, count).map((rank) => rank + (rank > 0)), ',
  ],
];

/** A copy of the built command line with these changes; answers its entry. It is gone when the test is. */
export async function otherBuild(changes: readonly Change[]): Promise<string> {
  const folder = fileURLToPath(new URL(`../../.cache/builds/${process.pid}-${++builds}/`, import.meta.url));
  await mkdir(folder, { recursive: true });
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const dist = join(folder, 'dist');
  await cp(dirname(BIN), dist, { recursive: true });
  await cp(join(dirname(BIN), '..', 'package.json'), join(folder, 'package.json'));
  const scripts = (await readdir(dist)).filter((name) => name.endsWith('.js'));
  const changed = new Set<Change>();
  for (const name of scripts) {
    const before = await readFile(join(dist, name), 'utf8');
    let text = before;
    for (const change of changes) {
      const after = text.replace(new RegExp(change[0], 'g'), change[1]);
      if (after !== text) changed.add(change);
      text = after;
    }
    if (text !== before) await writeFile(join(dist, name), text);
  }
  for (const change of changes) {
    if (!changed.has(change)) throw new Error(`the build has no ${String(change[0])}: mend the test`);
  }
  return join(dist, 'bin.js');
}
