import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BirthKernel } from '../dist/index.js';
import { generate, inputs } from './maps.mjs';

const judges = fileURLToPath(new URL('judges.py', import.meta.url));
/** Maps of each size and kind: GUDHI builds the whole complex, the others stop early. */
const COUNTS = { 14: 60, 28: 30, 56: 12, 112: 6 };
const KINDS = ['blobs', 'noise', 'sparse ReLU', 'int8 blobs', 'int8 noise', 'ReLU6'];
const MODULES = { ripser: 'ripser', gudhi: 'gudhi', 'giotto-ph': 'gph' };
/** Ranks up to the published cut, for programs and us alike. */
const MOST = 51;

/**
 * Births of the same maps by every program that is there, beside the kernel's: the time a map as a multiple of the
 * kernel's, and how many births differ (none should). Returns the number of births that differ.
 */
export function comparePeers({ python, ripserProgram, line }) {
  const peers = Object.keys(MODULES).filter((name) => importable(python, MODULES[name], name, line));
  if (ripserProgram !== undefined && existsSync(ripserProgram)) peers.push('ripser-program');
  const folder = mkdtempSync(join(tmpdir(), 'unitscope-peers-'));
  const kernel = new BirthKernel();
  let different = 0;
  let compared = 0;
  line(`\nthe same maps by other programs, to rank ${MOST}: times the kernel's time (births that differ)`);
  line(`   N  input        maps    µs/map${peers.map((name) => name.padStart(20)).join('')}`);
  try {
    for (const [size, count] of Object.entries(COUNTS).map(([n, c]) => [Number(n), c])) {
      for (const kind of KINDS) {
        const block = new Float32Array(count * size * size);
        generate(inputs[kind], size, block, 7);
        const births = new Uint32Array(count);
        let us = Infinity;
        for (let i = 0; i < 20; i++) {
          const start = performance.now();
          kernel.measure(block, size, { birthRanks: births });
          us = Math.min(us, ((performance.now() - start) * 1000) / count);
        }
        const path = join(folder, 'maps.f32');
        writeFileSync(path, new Uint8Array(block.buffer));
        const cells = peers.map((name) => {
          const args = [
            judges,
            name,
            path,
            String(size),
            String(count),
            '0.8',
            String(MOST),
            ripserProgram ?? '',
          ];
          const answer = JSON.parse(execFileSync(python, args, { encoding: 'utf8', timeout: 300_000 }));
          const wrong = answer.births.filter(
            (birth, i) => birth !== (births[i] > MOST ? 0 : births[i]),
          ).length;
          different += wrong;
          compared += count;
          return `${Math.round((answer.seconds_per_map * 1e6) / us).toLocaleString('en')} (${wrong})`.padStart(
            20,
          );
        });
        line(
          `${String(size).padStart(4)}  ${kind.padEnd(12)}${String(count).padStart(5)}${us.toFixed(2).padStart(10)}${cells.join('')}`,
        );
      }
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  line(`${compared.toLocaleString('en')} births compared, ${different} differ`);
  return different;
}

function importable(python, module, name, line) {
  try {
    execFileSync(python, ['-c', `import numpy, ${module}`], { stdio: 'ignore' });
    return true;
  } catch {
    line(`no ${name} in ${python}: its column is left out`);
    return false;
  }
}
