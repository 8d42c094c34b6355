import { expect, it } from 'vitest';
import { htmlTable } from '../src/document/html-page.ts';

it('lets a sentence in a cell have several lines, and keeps figures on one', () => {
  const sentence = 'Fig. 5A: H falls steadily with depth when converged';
  const html = htmlTable(
    'Caption',
    ['case', 'ours'],
    [
      [sentence, '−0.111 [−0.163, −0.060]'],
      ['short', 3],
    ],
  );
  expect(html).toContain(`<td class="long">${sentence}</td><td class="number">−0.111 [−0.163, −0.060]</td>`);
  expect(html).toContain('<td>short</td><td class="number">3</td>');
});
