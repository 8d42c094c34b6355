import { FileSource, openActivations } from '@unitscope/tables';

// Run in a process of its own: prints how far resident memory rose above the start while a file is read.
const [path] = process.argv.slice(2);
if (path === undefined) throw new Error('read-large FILE');
const start = process.memoryUsage().rss;
const source = await FileSource.open(path);
const file = await openActivations(source);
let rows = 0;
let sum = 0;
for await (const block of file.blocks()) {
  rows += block.count;
  for (let i = 0; i < block.maps.length; i += 196) sum += block.maps[i] ?? NaN;
}
await source.close();
// maxRSS is in KiB.
const risen = process.resourceUsage().maxRSS * 1024 - start;
console.log(JSON.stringify({ rows, sum, images: file.images().length, mib: Math.round(risen / 2 ** 20) }));
