// Answers what its requests ask for, or ends as they ask.
import { answerRequests } from '../dist/index.js';

let asked = 0;
let leaves = false;
answerRequests(
  async ({ echo, exit, kill, hang, leave }) => {
    asked++;
    leaves = leave === true;
    if (exit !== undefined) process.exit(exit);
    if (kill === true) process.kill(process.pid, 'SIGKILL');
    if (hang === true) await new Promise((resolve) => setTimeout(resolve, 600_000));
    return { echo, asked, pid: process.pid };
  },
  () => leaves,
);
