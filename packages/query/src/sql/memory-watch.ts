import { readFileSync } from 'node:fs';
import { totalmem } from 'node:os';
import { Worker } from 'node:worker_threads';

const EVERY_MS = 20;
const GIBIBYTE = 2 ** 30;

/** What SQL may take where nobody says otherwise: a quarter of the memory, from half a GiB to four. */
export function sqlMemory(): number {
  const limit = process.constrainedMemory();
  const all = limit > 0 ? Math.min(limit, totalmem()) : totalmem();
  return Math.min(Math.max(all / 4, GIBIBYTE / 2), 4 * GIBIBYTE);
}

/**
 * Memory that this process holds for itself. Pages of files that are mapped, as the engine maps Arrow files, are not
 * counted where the system tells them: it takes them back when it wants to.
 */
export function ownMemory(): number {
  try {
    const status = readFileSync('/proc/self/status', 'utf8');
    const kilobytes = /^RssAnon:\s+(\d+) kB$/m.exec(status)?.[1];
    if (kilobytes !== undefined) return Number(kilobytes) * 1024;
  } catch {
    // Not Linux.
  }
  return process.memoryUsage.rss();
}

/**
 * From now on this process is killed once it holds more than `bytes`, after `words` are written to stderr. A thread of
 * its own looks: while the engine answers, this one is busy. A kernel's limit would count reserved addresses, of which
 * V8 has many.
 */
export function watchMemory(bytes: number, words = ''): void {
  new Worker(WATCH, { eval: true, workerData: { bytes, words } }).unref();
}

// A text: neither a bundle nor a test runner has files to start it from. It says again what ownMemory says.
const WATCH = `
  const { readFileSync, writeSync } = require('node:fs');
  const { workerData: { bytes, words } } = require('node:worker_threads');
  function ownMemory() {
    try {
      const kilobytes = /^RssAnon:\\s+(\\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
      if (kilobytes !== undefined) return Number(kilobytes) * 1024;
    } catch {}
    return process.memoryUsage.rss();
  }
  setInterval(() => {
    if (ownMemory() <= bytes) return;
    if (words !== '') writeSync(2, words);
    process.kill(process.pid, 'SIGKILL');
  }, ${EVERY_MS});`;
