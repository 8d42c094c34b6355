// The processor time that Node's kernel takes for the maps of a file, in seconds: node births.mjs FILE SIZE COUNT
import { readFileSync } from 'node:fs';
import { BirthKernel } from '@unitscope/topology';

const [path, size, count] = [process.argv[2], Number(process.argv[3]), Number(process.argv[4])];
const bytes = readFileSync(path);
const maps = new Float32Array(bytes.buffer, bytes.byteOffset, count * size * size);
const chunk = Math.max(1, Math.floor(262_144 / (size * size)));
const kernel = new BirthKernel();
const [birthRanks, sums, zeros] = [new Uint32Array(chunk), new Float64Array(chunk), new Uint32Array(chunk)];
const measure = (last) => {
  for (let first = 0; first < last; first += chunk) {
    const end = Math.min(first + chunk, last);
    kernel.measure(maps.subarray(first * size * size, end * size * size), size, {
      birthRanks,
      sums,
      zeros,
    });
  }
};
measure(Math.floor(count / 10));
const before = process.cpuUsage();
measure(count);
const { user, system } = process.cpuUsage(before);
process.stdout.write(String((user + system) / 1e6));
