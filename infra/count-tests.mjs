// Adds up the reports of vitest runs and closes with one line: N passed, N failed.
import { readFileSync } from 'node:fs';

let passed = 0;
let failed = 0;
for (const path of process.argv.slice(2)) {
  const { numPassedTests, numFailedTests } = JSON.parse(readFileSync(path, 'utf8'));
  passed += numPassedTests;
  failed += numFailedTests;
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 || passed === 0 ? 1 : 0;
