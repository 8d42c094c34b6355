// Compiles assembly/ to WebAssembly and embeds it in src/kernel.generated.ts, so that the package needs no file
// at run time: threads, bundles and browsers load it alike. With --check it writes nothing and fails if the
// committed file is not what the sources give.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import asc from 'assemblyscript/asc';

const directory = fileURLToPath(new URL('.', import.meta.url));
const target = `${directory}src/kernel.generated.ts`;

/** @type {any} */
let binary;
const { error, stderr } = await asc.main(
  [
    'assembly/index.ts',
    ...['--baseDir', directory, '--outFile', 'kernel.wasm'],
    ...['-O3', '--noAssert', '--runtime', 'stub', '--enable', 'simd'],
    ...['--memoryBase', '1024', '--importMemory', '--initialMemory', '2'],
  ],
  { writeFile: (_name, contents) => void (binary = contents) },
);
if (error) {
  process.stderr.write(`${stderr.toString()}\n${error.message}\n`);
  process.exit(1);
}

const memory = new WebAssembly.Memory({ initial: 2 });
/** @type {any} */
const { maps } = new WebAssembly.Instance(new WebAssembly.Module(binary), { env: { memory } }).exports;

const text = `// Written by build-kernel.mjs from assembly/; do not edit.
/** Where the maps begin in the kernel's memory, in bytes. */
export const mapsAddress = ${maps.value};
export const kernelBase64 =
  '${Buffer.from(binary).toString('base64')}';
`;
let current = '';
try {
  current = readFileSync(target, 'utf8');
} catch (cause) {
  if (cause.code !== 'ENOENT') throw cause;
}
if (current !== text) {
  if (process.argv.includes('--check')) {
    process.stderr.write(`${target} is not what assembly/ gives: run npm run build\n`);
    process.exit(1);
  }
  writeFileSync(target, text);
}
