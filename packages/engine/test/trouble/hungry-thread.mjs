// Entry of a thread or process whose tasks take memory until there is none.
import { serveTasks } from '@unitscope/engine';

serveTasks(() =>
  Promise.resolve({
    run() {
      const kept = [];
      for (;;) kept.push({ numbers: Array.from({ length: 1000 }, (_, i) => i + kept.length) });
    },
  }),
);
