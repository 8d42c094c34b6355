import { createHash, randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';

const REPOSITORY = 'https://repo1.maven.org/maven2';
const folder = join(import.meta.dirname, '../../../../.cache/temporal-test-server');

/**
 * A program that starts Temporal's test server, whose clock skips what nobody waits for: the one of the Java SDK, from Maven
 * Central, each file by its digest. Needs Java 17.
 */
export async function testServer(): Promise<string> {
  const files = JSON.parse(await readFile(new URL('jars.json', import.meta.url), 'utf8')) as Record<
    string,
    string
  >;
  await mkdir(folder, { recursive: true });
  const paths: string[] = [];
  for (const [place, sha256] of Object.entries(files)) paths.push(await fetched(place, sha256));
  const program = join(folder, 'test-server');
  const partial = `${program}.${randomUUID()}`;
  const start = `exec java -XX:TieredStopAtLevel=1 -cp '${paths.join(':')}' io.temporal.testserver.TestServer "$@"`;
  await writeFile(partial, `#!/bin/sh\n${start}\n`);
  await chmod(partial, 0o755);
  await rename(partial, program);
  return program;
}

async function fetched(place: string, sha256: string): Promise<string> {
  const file = join(folder, basename(place));
  if (existsSync(file)) return file;
  const answer = await fetch(`${REPOSITORY}/${place}`);
  if (!answer.ok) throw new Error(`${place}: HTTP ${answer.status}`);
  const bytes = Buffer.from(await answer.arrayBuffer());
  const found = createHash('sha256').update(bytes).digest('hex');
  if (found !== sha256) throw new Error(`${place}: expected SHA-256 ${sha256}, found ${found}`);
  const partial = `${file}.${randomUUID()}`;
  await writeFile(partial, bytes);
  await rename(partial, file);
  return file;
}
