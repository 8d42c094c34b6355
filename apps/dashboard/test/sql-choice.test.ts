import { expect, test } from 'vitest';
import { choiceOf } from '../src/page/charts/sql-choice.ts';

const grid = ['a', 'b'].flatMap((run) => [0, 1, 2].map((step) => ({ run, step, h: step / 3 })));
const asked = (text = ''): URLSearchParams => new URLSearchParams(text);

test('a line joins numbers, and none through several trainings', () => {
  const names = ['step', 'h', 'run'];
  const choice = choiceOf(names, ['step', 'h'], grid, asked('x=step&by=run'));
  expect(choice).toMatchObject({ mark: 'line', marks: ['line', 'bar', 'dot'], x: 'step', y: 'h', by: 'run' });
  // Without the run, each step is there twice.
  const pooled = choiceOf(names, ['step', 'h'], grid, asked('x=step&by=&mark=line'));
  expect(pooled).toMatchObject({ mark: 'dot', marks: ['bar', 'dot'], by: '' });
  expect(choiceOf(names, ['step', 'h'], grid.slice(0, 3), asked('x=step&by='))).toMatchObject({
    mark: 'line',
  });
});

test('texts have no order that a line could join', () => {
  expect(choiceOf(['run', 'h'], ['h'], grid, asked())).toMatchObject({
    x: 'run',
    y: 'h',
    marks: ['bar', 'dot'],
  });
});

test('without a number there is no chart', () => {
  expect(choiceOf(['run'], [], grid, asked())).toBeNull();
});
