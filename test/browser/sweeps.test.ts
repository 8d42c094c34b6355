import { compareSweeps, SweepResults } from '@unitscope/query';
import { openStore } from '@unitscope/store';
import { expect, inject, test } from 'vitest';
import { chartNumbers, shownTable } from './shown-table.ts';
import { settled, useBrowser } from './visit.ts';

const visit = useBrowser();
const MARKUP = '<img src=x onerror="hacked=1">';

test('the table of sweeps is searched and sorted by the address, and two that are ticked are compared', async () => {
  await visit({}, async ({ page, open, picture }) => {
    await open('/');
    const names = async (): Promise<string[]> =>
      (await shownTable(page, 'Sweeps')).map(({ sweep = '' }) => sweep);
    expect(await names()).toEqual(expect.arrayContaining(['demo', 'hostile', 'made', 'pictures']));
    await page.getByRole('button', { name: 'checkpoints' }).click();
    await page.waitForURL(/sort-sweeps=-checkpoints/);
    await settled(page);
    const counts = (await shownTable(page, 'Sweeps')).map(({ checkpoints }) => Number(checkpoints));
    expect(counts).toEqual([...counts].sort((a, b) => b - a));
    await page.reload();
    await settled(page);
    expect((await shownTable(page, 'Sweeps')).map(({ checkpoints }) => Number(checkpoints))).toEqual(counts);
    await page.getByRole('searchbox').fill('ma');
    await page.waitForURL(/search=ma/);
    await expect.poll(names).toEqual(['made']);
    await page.getByRole('searchbox').fill('');
    await page.getByRole('checkbox', { name: 'Compare demo' }).check();
    await page.getByRole('checkbox', { name: 'Compare made' }).check();
    expect(await page.getByRole('checkbox', { name: 'Compare hostile' }).isDisabled()).toBe(true);
    await picture('sweeps-table');
    await page.getByRole('link', { name: 'Compare demo with made' }).click();
    await settled(page);
    expect(new URL(page.url()).pathname).toBe('/compare');
  });
});

test('what two sweeps have in common is said, its numbers are those of query, and the rest is refused by its reason', async () => {
  const store = await openStore(inject('store'));
  const { rows } = await compareSweeps(await SweepResults.open(store, 'demo'), 'made');
  await visit({}, async ({ page, open, picture, expectComplaint }) => {
    await open('/compare?a=demo&b=made');
    const words = await page.locator('.comparable').innerText();
    expect(words).toMatch(/same networks, by their content/);
    expect(words).toMatch(/other images \(8 a category and 6; of fewer images H is lower\)/);
    const shown = await shownTable(page, 'Layers in common');
    const last = rows.filter(({ pair }) => pair === 'step-0512');
    expect(shown.map(({ layer }) => layer)).toEqual(last.map(({ layer }) => layer));
    shown.forEach(({ entropy_a: a, entropy_b: b, difference }, i) => {
      expect([a, b, difference].map(Number)).toEqual([
        last[i]?.entropy_a,
        last[i]?.entropy_b,
        last[i]?.difference,
      ]);
    });
    await picture('across');
    expectComplaint(/400/);
    await open('/compare?a=demo&b=hostile');
    expect(await page.getByRole('alert').count()).toBe(1);
    expect(await page.getByRole('alert').innerText()).toMatch(/not comparable.*NOT_COMPARABLE/s);
  });
});

test('tags, notes, views and annotations are kept, shown to others, and are text whatever they hold', async () => {
  await visit({}, async ({ page, open, picture }) => {
    await open('/sweeps/pictures/unit?layer=conv2&unit=1');
    await page.locator('details.notes summary').click();
    await page.getByRole('textbox', { name: 'New tag' }).fill(MARKUP);
    await page.getByRole('button', { name: 'Add tag' }).click();
    await page.locator('.notes .tag').getByText(MARKUP).waitFor();
    await page.getByRole('textbox', { name: 'Notes' }).fill(`first ${MARKUP}`);
    await page.getByRole('button', { name: 'Save notes' }).click();
    await page.getByRole('textbox', { name: 'Name of this view' }).fill('unit one');
    await page.getByRole('button', { name: 'Save this view' }).click();
    await page.locator('.views a').getByText('unit one').waitFor();
    const box = page.locator('.annotations');
    await box.getByRole('textbox', { name: 'Annotation' }).fill(`an edge ${MARKUP}`);
    await box.getByRole('button', { name: 'Annotate' }).click();
    await box.locator('li').getByText('an edge').waitFor();
    await picture('notes');
  });
  await visit({}, async ({ page, open, violations, picture, expectComplaint }) => {
    await open('/');
    const [row] = (await shownTable(page, 'Sweeps')).filter(({ sweep }) => sweep === 'pictures');
    expect(row).toMatchObject({ tags: MARKUP, notes: `first ${MARKUP}` });
    await page.getByRole('searchbox').fill('first');
    expect((await shownTable(page, 'Sweeps')).map(({ sweep }) => sweep)).toEqual(['pictures']);
    await open('/sweeps/pictures');
    await page.locator('details.notes summary').click();
    expect(await violations()).toEqual([]);
    await picture('notes-open');
    await page.getByRole('link', { name: 'unit one' }).click();
    await settled(page);
    expect(new URL(page.url()).search).toContain('unit=1');
    expect(await page.locator('.annotations li').innerText()).toContain(`an edge ${MARKUP}`);
    // Somebody else changes the text while one writes: it is not lost, and one is told.
    const text = page.getByRole('textbox', { name: 'Notes' });
    if (!(await text.isVisible())) await page.locator('details.notes summary').click();
    await text.fill('mine');
    const { action } = (await (await fetch(new URL('/api/sweeps', inject('url')))).json()) as {
      action: string;
    };
    const post = (headers: Record<string, string>): Promise<Response> =>
      fetch(new URL('/api/sweeps/pictures/notes', inject('url')), {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify({ kind: 'write-notes', notes: 'theirs', before: `first ${MARKUP}` }),
      });
    const origin = new URL(inject('url')).origin;
    expect((await post({ origin })).status).toBe(403);
    expect((await post({ origin, 'x-unitscope-action': action })).status).toBe(200);
    expectComplaint(/409/);
    await page.getByRole('button', { name: 'Save notes' }).click();
    await page.getByText(/somebody changed its notes meanwhile.*theirs/s).waitFor();
    expect(await page.evaluate(() => (window as { hacked?: unknown }).hacked)).toBeUndefined();
  });
});

test('an annotated checkpoint is known by its annotation in lists, and among the points', async () => {
  const long = `before the rate falls ${MARKUP} and after`;
  await visit({}, async ({ page, open, picture, violations }) => {
    await open('/sweeps/demo/unit?layer=conv2&unit=1&checkpoint=step-0064');
    const box = page.locator('.annotations');
    await box.getByRole('combobox', { name: 'What the annotation is of' }).selectOption('checkpoint');
    for (const text of [long, 'again']) {
      await box.getByRole('textbox', { name: 'Annotation' }).fill(text);
      await box.getByRole('button', { name: 'Annotate' }).click();
      await box.locator('li').getByText(text).waitFor();
    }
    const short = `${long.slice(0, 39)}… (+1)`;
    await open('/sweeps/demo/rank?layer=conv2&checkpoint=step-0064');
    const list = page.getByRole('combobox', { name: 'Checkpoint', exact: true });
    const names = await list.locator('option').allInnerTexts();
    expect(names.filter((name) => name.includes('✎'))).toEqual([`step-0064 ✎ ${short}`]);
    expect(await list.inputValue()).toBe('step-0064');
    await picture('checkpoint-annotated');
    expect(await violations()).toEqual([]);
    await open('/sweeps/demo/checkpoints');
    const rows = await shownTable(page, 'Checkpoints');
    expect(
      rows.filter(({ annotation }) => annotation !== '').map((row) => [row['checkpoint'], row['annotation']]),
    ).toEqual([['step-0064', short]]);
    const points = await page
      .locator('figure[data-chart="demo-checkpoints"] [data-row]')
      .evaluateAll((marks) =>
        marks.map(
          (mark) =>
            JSON.parse(mark.getAttribute('data-row') ?? '{}') as { checkpoint: string; annotation?: string },
        ),
      );
    expect(points.filter(({ annotation }) => annotation !== undefined)).toMatchObject([
      { checkpoint: 'step-0064', annotation: short },
    ]);
    await open('/sweeps/demo/unit?layer=conv2&unit=1&checkpoint=step-0064');
    for (const left of [1, 0]) {
      await box
        .getByRole('button', { name: /^Delete/ })
        .first()
        .click();
      await expect.poll(() => box.locator('li').count()).toBe(left);
    }
    expect(await page.evaluate(() => (window as { hacked?: unknown }).hacked)).toBeUndefined();
  });
});

test('a chart of two sweeps has the numbers of its table', async () => {
  await visit({}, async ({ page, open }) => {
    await open('/compare?a=demo&b=made');
    const rows = await chartNumbers(page, 'demo-made-depth-step-0512');
    expect(rows.map(({ difference }) => difference)).toEqual(
      (await shownTable(page, 'Layers in common')).map(({ difference }) => difference),
    );
  });
});

test('what was written and is not kept yet is there when one comes back, and for nothing else', async () => {
  await visit({}, async ({ page, open }) => {
    const link = async (name: string): Promise<void> => {
      await page.getByRole('link', { name, exact: true }).first().click();
      await settled(page);
    };
    const text = (name: string): Promise<string> => page.getByRole('textbox', { name }).inputValue();
    await open('/sweeps/made');
    await page.locator('details.notes summary').click();
    await page.getByRole('textbox', { name: 'Notes' }).fill('not kept');
    await page.getByRole('textbox', { name: 'New tag' }).fill('new');
    await link('Sweeps');
    await link('demo');
    await page.locator('details.notes summary').click();
    expect(await text('New tag')).toBe('');
    await page.getByRole('link', { name: 'Unit', exact: true }).click();
    await page.waitForURL(/\/unit/);
    await settled(page);
    await page.getByRole('textbox', { name: 'Annotation' }).fill('of this unit');
    await page.getByRole('combobox', { name: 'Layer' }).selectOption('conv2');
    await page.waitForURL(/layer=conv2/);
    await settled(page);
    expect(await text('Annotation')).toBe('');
    await page.goBack();
    await settled(page);
    expect(await text('Annotation')).toBe('of this unit');
    await page.getByRole('textbox', { name: 'Annotation' }).fill('');
    await link('Sweeps');
    await link('made');
    expect([await text('Notes'), await text('New tag')]).toEqual(['not kept', 'new']);
    await page.getByRole('button', { name: 'Discard' }).click();
    await page.getByRole('textbox', { name: 'New tag' }).fill('');
    // Nothing is left to ask for.
    await page.reload();
  });
});

test('what was written and is not kept yet is asked for before the page is left', async () => {
  await visit({}, async ({ page, open }) => {
    const asked: string[] = [];
    page.on('dialog', (dialog) => {
      asked.push(dialog.type());
      void dialog.accept();
    });
    // The browser hears from the page's process that there is something to ask, a moment after it is written.
    const heard = (): Promise<void> => page.waitForTimeout(300);
    await open('/sweeps/made');
    await page.locator('details.notes summary').click();
    await page.getByRole('textbox', { name: 'Notes' }).fill('not kept');
    await heard();
    await page.reload();
    expect(asked).toEqual(['beforeunload']);
    await settled(page);
    await page.locator('details.notes summary').click();
    await page.getByRole('textbox', { name: 'New tag' }).fill('not kept');
    await heard();
    await page.reload();
    expect(asked).toEqual(['beforeunload', 'beforeunload']);
    await settled(page);
    await page.locator('details.notes summary').click();
    await page.getByRole('textbox', { name: 'Notes' }).fill('kept');
    await page.getByRole('button', { name: 'Save notes' }).click();
    await page.getByRole('button', { name: 'Discard' }).waitFor({ state: 'detached' });
    await page.reload();
    expect(asked.length).toBe(2);
  });
});
