import { openImages } from '@unitscope/datasets';
import { mapColor } from '@unitscope/plots';
import { rankUnits, runQuery, SweepResults, unitExamples, unitMaps } from '@unitscope/query';
import { openStore } from '@unitscope/store';
import type { UnitMaps } from '@unitscope/tasks';
import type { Locator, Page } from 'playwright-core';
import sharp from 'sharp';
import { beforeAll, describe, expect, inject, test } from 'vitest';
import { HOSTILE, HOSTILE_IMAGES } from './hostile-names.ts';
import { picturePixels } from './picture-pixels.ts';
import { settled, useBrowser } from './visit.ts';

const visit = useBrowser();
const UNIT = '/sweeps/demo/unit?layer=conv2&unit=5&checkpoint=step-0512';
const WHERE = "checkpoint = 'step-0512' and layer = 'conv2' and unit = 5";
let demo: SweepResults;
let kept: UnitMaps;

beforeAll(async () => {
  demo = await SweepResults.open(await openStore(inject('store')), 'demo');
  const place = { layer: 'conv2', category: '3', unit: 5 };
  const found = await unitMaps(demo, demo.checkpoint('step-0512'), place, { make: false });
  if (found === null) throw new Error('the demo kept its maps');
  kept = found;
});

const ask = async (sql: string): Promise<unknown[][]> => (await runQuery([demo], sql)).rows();

interface Tile {
  readonly role: string;
  readonly image: string;
  readonly activation: number;
  readonly index: number | null;
}

/** The images that stand in the row of a category. */
async function tiles(page: Page, category: string): Promise<Tile[]> {
  const row = page.getByRole('region', { name: `Category ${category}`, exact: true });
  await row.scrollIntoViewIfNeeded();
  await row.locator('.tile').first().waitFor();
  return row.locator('.tile').evaluateAll((buttons) =>
    buttons.map((button) => {
      const { role = '', image = '', activation, index } = (button as HTMLElement).dataset;
      return { role, image, activation: Number(activation), index: index === '' ? null : Number(index) };
    }),
  );
}

/** The pixels of the photograph that a tile shows, whole: grey, row-major. */
async function photograph(page: Page, tile: Locator): Promise<Uint8Array> {
  const image = tile.locator('img');
  const source = await image.getAttribute('src');
  const response = await page.request.get(new URL(source ?? '', page.url()).href);
  const { data } = await sharp(await response.body())
    .greyscale()
    .raw()
    .toBuffer({ resolveWithObject: true });
  await expect.poll(() => image.evaluate((element: HTMLImageElement) => element.naturalWidth)).toBe(28);
  return Uint8Array.from(data);
}

describe('what a unit sees', () => {
  test('are the images of its highest, median and lowest activation and its earliest and latest birth', async () => {
    const expected = unitExamples(kept, 50).flatMap(({ role, map }): Tile[] =>
      map === null
        ? []
        : [
            {
              role,
              image: map.image,
              activation: map.mean,
              index: map.birthRank === null ? null : map.birthRank - 1,
            },
          ],
    );
    await visit({}, async ({ page, open, picture }) => {
      await open(UNIT);
      const shown = await tiles(page, '3');
      expect(shown).toEqual(expected);
      const births = new Map(
        (await ask(`select image, birth_rank - 1 from births where ${WHERE} and category = '3'`)).map(
          ([image, index]) => [image, index],
        ),
      );
      for (const { image, index } of shown) expect(births.get(image)).toBe(index);
      const counted = [...births.values()].filter((index) => Number(index) >= 1 && Number(index) <= 50);
      expect(shown.find(({ role }) => role === 'earliest')?.index).toBe(Math.min(...counted.map(Number)));
      expect(shown.find(({ role }) => role === 'latest')?.index).toBe(Math.max(...counted.map(Number)));
      await picture('unit-sees');
    });
  });

  test('are the right photographs, under the maps that were kept', async () => {
    const images = await openImages({ kind: 'mnist' });
    const refs = new Map((await images.images('3')).map((ref) => [ref.label, ref]));
    await visit({}, async ({ page, open }) => {
      await open(UNIT);
      const row = page.getByRole('region', { name: 'Category 3', exact: true });
      for (const { role, image } of await tiles(page, '3')) {
        const tile = row.locator(`.tile[data-role="${role}"]`);
        const data = await photograph(page, tile);
        expect(data).toEqual(await refs.get(image)?.bytes());
      }
      // With the photographs covered the colours are those of the values, on the scale that the bar shows.
      const slider = page.getByRole('slider', { name: 'How much the maps cover the photographs' });
      await slider.focus();
      await slider.press('End');
      const bar = await page.locator('.colour-bar').getAttribute('aria-label');
      const [low = 0, high = 0] = (bar?.match(/-?[\d.]+/g) ?? []).map(Number);
      const canvas = row.locator('.tile[data-role="highest"] canvas');
      const painted = await canvas.evaluate((element: HTMLCanvasElement) =>
        Array.from(element.getContext('2d')?.getImageData(0, 0, element.width, element.height).data ?? []),
      );
      const [highest] = unitExamples(kept, 50);
      const map = highest?.map?.map ?? new Float32Array(0);
      expect(painted).toHaveLength(4 * map.length);
      map.forEach((value, i) => {
        const color = mapColor((value - low) / (high - low));
        const expected = [1, 3, 5].map((at) => parseInt(color.slice(at, at + 2), 16));
        // The bar's ends are told in three digits.
        expected.forEach((channel, c) =>
          expect(Math.abs((painted[4 * i + c] ?? 0) - channel)).toBeLessThan(6),
        );
        expect(painted[4 * i + 3]).toBe(255);
      });
    });
  });

  test('has the figures that query and rank have', async () => {
    const ranked = await rankUnits(demo, demo.checkpoint('step-0512'), {
      by: 'ineffectiveness',
      layer: 'conv2',
    });
    const unit = ranked.units.find((one) => one.unit === 5);
    const [[h, epsilon, mean]] = (await ask(
      `select avg(case when sensitive then entropy end), avg(selective_rate), avg(mean_activation) from units where ${WHERE}`,
    )) as [[number, number, number]];
    const [[images, births]] = (await ask(`select sum(images), sum(births) from units where ${WHERE}`)) as [
      [number, number],
    ];
    await visit({}, async ({ page, open }) => {
      await open(UNIT);
      const fact = async (name: string): Promise<number> =>
        Number(await page.locator(`[data-fact="${name}"]`).getAttribute('data-value'));
      expect(await fact('H')).toBeCloseTo(h, 12);
      expect(await fact('ε')).toBeCloseTo(epsilon, 12);
      expect(await fact('mean act.')).toBeCloseTo(mean, 12);
      expect(await fact('importance')).toBe(unit?.ranks.ineffectiveness);
      const bars = await page
        .locator('figure[data-chart="births-beside-noise"] g[data-images]')
        .evaluateAll((groups) => groups.map((group) => Number((group as SVGGElement).dataset['images'])));
      const born = bars.reduce((sum, one) => sum + one, 0);
      expect(born).toBeGreaterThanOrEqual(births);
      expect(await page.locator('figure[data-chart="births-beside-noise"]').innerText()).toContain(
        `${images} images: ${images - born} without a birth`,
      );
    });
  });

  test('is made again from checkpoint and images where no map was kept, and of the files of another program shown as it is', async () => {
    const made = await SweepResults.open(await openStore(inject('store')), 'made');
    await visit({}, async ({ page, open, picture }) => {
      await open('/sweeps/made/unit?layer=conv2&unit=5&checkpoint=step-0064');
      const shown = await tiles(page, '7');
      const row = page.getByRole('region', { name: 'Category 7', exact: true });
      expect(await row.locator('.origin').getAttribute('title')).toContain('made again');
      const births = new Map(
        (
          await runQuery(
            [made],
            "select image, birth_rank - 1 from births where checkpoint = 'step-0064' and layer = 'conv2' and category = '7' and unit = 5",
          )
        )
          .rows()
          .map(([image, index]) => [image, index]),
      );
      expect(births.size).toBe(6);
      for (const { image, index } of shown) expect(births.get(image)).toBe(index);
      await picture('unit-made');

      await open(`/sweeps/hostile/unit?unit=1&checkpoint=${encodeURIComponent(`${HOSTILE.checkpoint} 1`)}`);
      expect((await tiles(page, HOSTILE.category)).length).toBe(5);
      expect(await page.locator('main img').count()).toBe(0);
      expect(await page.locator('.sees-tools').innerText()).toContain('the spec names no images');
    });
  });

  test('are the right photographs of activation files, and what has none says so', async () => {
    await visit({}, async ({ page, open, picture }) => {
      await open('/sweeps/shown/unit?unit=3');
      const row = page.getByRole('region', { name: 'Category plain', exact: true });
      const shown = await tiles(page, 'plain');
      expect(new Set(shown.map(({ image }) => image))).toContain('2.png');
      for (const { role, image } of shown) {
        const tile = row.locator(`.tile[data-role="${role}"]`);
        if (image === '2.png') {
          expect(await tile.locator('img').count()).toBe(0);
          expect(await tile.innerText()).toContain('no photograph');
          continue;
        }
        const data = await photograph(page, tile);
        expect([...data]).toEqual([...picturePixels(Number(image[0]))]);
      }
      expect(await row.locator('.lacking').innerText()).toBe(
        'No photograph: the spec names no image for 1 of these 4, such as "2.png".',
      );
      const other = page.getByRole('region', { name: `Category ${HOSTILE_IMAGES.category}`, exact: true });
      expect((await tiles(page, HOSTILE_IMAGES.category)).length).toBeGreaterThan(2);
      expect(await other.locator('img').count()).toBe(0);
      expect(await other.locator('.lacking').innerText()).toContain(
        'the images that the spec names have no category',
      );
      await picture('unit-shown');
    });
  });

  test('is shown of images whose names would be markup', async () => {
    await visit({}, async ({ page, open }) => {
      await open('/sweeps/pictures/unit?layer=conv1&unit=0');
      const shown = await tiles(page, HOSTILE_IMAGES.category);
      expect(shown.length).toBeGreaterThanOrEqual(3);
      const row = page.getByRole('region', { name: `Category ${HOSTILE_IMAGES.category}`, exact: true });
      await expect
        .poll(() =>
          row
            .locator('img')
            .evaluateAll((images) =>
              images.every((image) => (image as HTMLImageElement).naturalWidth === 28),
            ),
        )
        .toBe(true);
      const choice = page.getByRole('combobox', { name: 'Image', exact: true });
      await page
        .getByRole('combobox', { name: 'Category of the image' })
        .selectOption(HOSTILE_IMAGES.category);
      await settled(page);
      await choice.selectOption(HOSTILE_IMAGES.image);
      await settled(page);
      expect(new URL(page.url()).searchParams.get('image')).toBe(HOSTILE_IMAGES.image);
      expect(await page.evaluate(() => (window as { hacked?: unknown }).hacked)).toBeUndefined();
      expect(await page.locator('main svg[onload], main img[onerror], main script').count()).toBe(0);
    });
  });
});

test('images are served small, and only those that the sweep has', async () => {
  await visit({}, async ({ page }) => {
    const get = (path: string): ReturnType<typeof page.request.get> =>
      page.request.get(new URL(`/api/sweeps/${path}`, inject('url')).href);
    const [label] = (await ask("select image from births where category = '3' limit 1")).map(([image]) =>
      String(image),
    );
    const there = await get(`demo/photograph?category=3&image=${label}&side=64`);
    expect([there.status(), there.headers()['content-type']]).toEqual([200, 'image/png']);
    for (const path of [
      'demo/photograph?category=3&image=..%2f..%2f..%2fetc%2fpasswd',
      'demo/photograph?category=..&image=x',
      'pictures/photograph?category=plain&image=..%2fplain%2f0.png',
      'pictures/photograph?category=plain%2f..%2fplain&image=0.png',
      'hostile/photograph?category=x&image=y',
      'shown/photograph?category=plain&image=2.png',
      'shown/photograph?category=plain&image=..%2f..%2fpictures%2fplain%2f2.png',
      'shown/photograph?category=..%2fpictures%2fplain&image=2.png',
    ]) {
      const { status, code } = await get(path).then(async (response) => ({
        status: response.status(),
        code: ((await response.json()) as { error: { code: string } }).error.code,
      }));
      expect({ path, status, code }).toEqual({ path, status: 404, code: 'IMAGE_UNKNOWN' });
    }
    expect((await get(`demo/photograph?category=3&image=${label}&side=99999`)).status()).toBe(400);
  });
});

test('the keys j and k lead through the units, by number, importance or H', async () => {
  const { units } = await rankUnits(demo, demo.checkpoint('step-0512'), {
    by: 'ineffectiveness',
    layer: 'conv2',
  });
  const order = units.map(({ unit }) => unit);
  await visit({}, async ({ page, open }) => {
    await open(UNIT);
    const here = (): number => Number(new URL(page.url()).searchParams.get('unit'));
    // Faster than the server answers.
    await page.keyboard.press('j');
    await page.keyboard.press('j');
    await page.keyboard.press('k');
    await page.keyboard.press('k');
    await page.keyboard.press('k');
    expect(here()).toBe(4);
    await page.keyboard.press('j');
    await settled(page);
    expect(await page.locator('.unit-title h2').innerText()).toBe('Unit 5 of conv2');
    await page.getByRole('combobox', { name: 'Order of the units' }).selectOption('rank');
    await settled(page);
    const next = order[order.indexOf(5) + 1] ?? order[order.indexOf(5) - 1];
    await page.locator('main').focus();
    await page.keyboard.press(next === order[order.indexOf(5) + 1] ? 'j' : 'k');
    await expect.poll(here).toBe(next);
    // What is written is no command.
    await settled(page);
    await page.getByRole('spinbutton', { name: 'Unit' }).focus();
    await page.keyboard.press('j');
    expect(here()).toBe(next);
  });
});

test('the hole is scrubbed by the keyboard: edges enter, the ring closes at the birth', async () => {
  const [[image, index]] = (await ask(
    `select image, birth_rank - 1 from births where ${WHERE} and category = '3' and birth_rank > 3`,
  )) as [[string, number]];
  await visit({}, async ({ page, open, picture }) => {
    await open(`${UNIT}&of=3&image=${encodeURIComponent(image)}`);
    const words = page.locator('.hole-words');
    const edges = async (): Promise<number> =>
      Number(/([\d,]+) edges? ha/.exec(await words.innerText())?.[1]?.replace(',', ''));
    expect(await words.innerText()).toContain(`A hole is born at index ${index}`);
    const slider = page.getByRole('slider', { name: 'Filtration index' });
    const born = await edges();
    await slider.focus();
    await slider.press('Home');
    expect(await words.innerText()).toContain('Index 0:');
    await picture('hole-first-edge');
    let before = await edges();
    for (let i = 1; i <= index; i++) {
      await slider.press('ArrowRight');
      const now = await edges();
      expect(now).toBeGreaterThan(before);
      before = now;
    }
    expect(before).toBe(born);
    expect(await words.innerText()).toContain(`A hole is born at index ${index}`);
    expect(await slider.getAttribute('aria-valuetext')).toContain('the birth');
    // β₁ is 0 before the birth and is not at it.
    expect(await slider.getAttribute('aria-valuetext')).toMatch(/β₁ [1-9]/);
    await slider.press('ArrowLeft');
    expect(await slider.getAttribute('aria-valuetext')).toMatch(/β₁ 0/);
    const address = page.url();
    await page.goto(address);
    await settled(page);
    expect(await words.innerText()).toContain(`Index ${index - 1}:`);
    await page.getByRole('button', { name: 'birth', exact: true }).click();
    expect(await words.innerText()).toContain(`A hole is born at index ${index}`);
  });
});

test('the hole is saved as a still that says whose it is', async () => {
  await visit({ acceptDownloads: true }, async ({ page, open }) => {
    await open(`${UNIT}&of=3`);
    const image = await page.locator('.hole-player').getAttribute('data-image');
    const svg = await saved(page, 'SVG of the hole at this index');
    expect(svg).toMatch(/^<svg[^>]*xmlns="http:\/\/www\.w3\.org\/2000\/svg"/);
    expect(svg).toContain('data:image/png;base64,');
    expect(svg).toContain(`Hole of unit 5 of conv2, image ${image} of 3, demo, step-0512`);
  });
});

test('the path is saved with its category in its title, and the page says the same', async () => {
  await visit({ acceptDownloads: true }, async ({ page, open }) => {
    await open(`${UNIT}&category=3`);
    const path = page.locator('figure.chart', { hasText: 'Path of unit 5 of conv2' });
    expect(await path.innerText()).toContain('H and ε in category 3.');
    const svg = await saved(page, 'SVG', path);
    expect(svg).toContain('Path of unit 5 of conv2, demo, category 3');
    expect(svg).not.toContain('mean over the categories');
  });
});

/** The text of the file that a button saves. */
async function saved(page: Page, button: string, within: Page | Locator = page): Promise<string> {
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    within.getByRole('button', { name: button }).first().click(),
  ]);
  const chunks: Buffer[] = [];
  for await (const chunk of await download.createReadStream()) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

test('one address has one scale, however one came to it', async () => {
  await visit({}, async ({ page, open }) => {
    const scale = async (): Promise<string | null> => {
      await settled(page);
      return page.locator('.colour-bar').getAttribute('aria-label');
    };
    await open(`${UNIT}&category=3`);
    const direct = await scale();
    await open(UNIT);
    const all = await scale();
    await page.getByRole('combobox', { name: 'Category', exact: true }).selectOption('3');
    expect(await scale()).toBe(direct);
    await page.getByRole('combobox', { name: 'Category', exact: true }).selectOption('');
    expect(await scale()).toBe(all);
    expect(all).not.toBe(direct);
    // The bar is blended as the maps are.
    expect(direct).toContain('as they lie on white (above) and black (below)');
    expect(await page.locator('.scale-words').innerText()).toContain('10 categories');
  });
});

test('the hole begins with an image that is shown, on its photograph, and a cell tells itself', async () => {
  await visit({}, async ({ page, open, picture }) => {
    await open(`${UNIT}&category=3`);
    const earliest = page.locator('.tile[data-role="earliest"]');
    const player = page.locator('.hole-player');
    expect(await player.getAttribute('data-image')).toBe(await earliest.getAttribute('data-image'));
    expect(await earliest.innerText()).toMatch(/^mean [\d.]+\s+birth \d+$/);
    const highest = page.locator('.tile[data-role="highest"]');
    await highest.click();
    await settled(page);
    expect(await player.getAttribute('data-image')).toBe(await highest.getAttribute('data-image'));
    await expect
      .poll(() => page.locator('section.hole').evaluate((one) => Math.abs(one.getBoundingClientRect().top)))
      .toBeLessThan(40);
    const photograph = player.locator('.photo-map img');
    await expect
      .poll(() => photograph.evaluate((one: HTMLImageElement) => one.naturalWidth))
      .toBeGreaterThan(0);
    const map = await player.locator('.map').boundingBox();
    const found = kept.maps.find(({ image }) => image === new URL(page.url()).searchParams.get('image'));
    const { size } = kept;
    if (map === null || found === undefined) throw new Error('no map');
    await page.mouse.move(map.x + (4.5 * map.width) / size, map.y + (2.5 * map.height) / size);
    const value = Number((found.map[2 * size + 4] ?? 0).toPrecision(3));
    await expect.poll(() => player.locator('.cell-words').innerText()).toContain(`row 2, column 4: ${value}`);
    expect(await player.locator('.cell-words').innerText()).toMatch(/edge 2–4 enters at index \d+/);
    expect(await player.locator('.map-ticks.rows').innerText()).toContain(String(size - 1));
    await picture('hole-photograph');
    // By the keyboard: from the ring's first cell, and no further than the map goes.
    await page.mouse.move(0, 0);
    await player.getByRole('button').first().focus();
    await page.keyboard.press('Shift+Tab');
    while (!(await player.locator('.map').evaluate((one) => one === document.activeElement)))
      await page.keyboard.press('Shift+Tab');
    const cell = async (): Promise<number[]> =>
      (/row (\d+), column (\d+)/.exec(await player.locator('.cell-words').innerText()) ?? [])
        .slice(1)
        .map(Number);
    await expect.poll(async () => (await cell()).length).toBe(2);
    const [row = -1, column = -1] = await cell();
    await page.keyboard.press(column > 0 ? 'ArrowLeft' : 'ArrowRight');
    await expect.poll(cell).toEqual([row, column > 0 ? column - 1 : column + 1]);
    for (let i = 0; i < size; i++) await page.keyboard.press('ArrowDown');
    await expect.poll(async () => (await cell())[0]).toBe(size - 1);
  });
});

test('a unit that is never sensitive is called so, and a map without a hole has no graph', async () => {
  const [[image] = []] = await ask(
    `select image from births where ${WHERE} and category = '3' and birth_rank is null limit 1`,
  );
  await visit({}, async ({ page, open, picture }) => {
    await open(`${UNIT}&threshold=0`);
    expect(await page.locator('.silent-words').innerText()).toContain('Never alive');
    await open(UNIT);
    expect(await page.locator('.silent-words').count()).toBe(0);
    if (typeof image !== 'string') return;
    await open(`${UNIT}&of=3&image=${encodeURIComponent(image)}`);
    expect(await page.locator('.hole-words').innerText()).toMatch(/^No hole: /);
    expect(await page.locator('.hole-player .graph, .hole-player .scrubber').count()).toBe(0);
    expect(await page.locator('.hole-player .map').count()).toBe(1);
    await picture('no-hole');
  });
});

test('images that come move nothing', async () => {
  await visit({}, async ({ page }) => {
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    await page.route('**/unit-examples?*', async (route) => {
      await held;
      await route.continue();
    });
    await page.goto(new URL(UNIT, inject('url')).href);
    const heights = (): Promise<number[]> =>
      page
        .locator('.example-row')
        .evaluateAll((rows) => rows.map((row) => Math.round(row.getBoundingClientRect().height)));
    await page.locator('.example-row').nth(9).waitFor();
    const before = await heights();
    release();
    await settled(page);
    const after = await heights();
    // A caption may need a second line.
    after.forEach((height, i) => expect(height - (before[i] ?? 0)).toBeLessThan(20));
  });
});

test('the atlas says what H is over where the maps are of one category', async () => {
  await visit({}, async ({ page, open }) => {
    await open('/sweeps/demo/atlas?layer=conv2&of=3');
    expect(await page.locator('.atlas-head').innerText()).toContain('H and ε over all categories');
    await open('/sweeps/demo/atlas?layer=conv2&category=3');
    expect(await page.locator('.atlas-head').innerText()).not.toContain('over all categories');
  });
});

describe.each([
  ['light', { colorScheme: 'light', viewport: { width: 1280, height: 900 } }],
  ['dark', { colorScheme: 'dark', viewport: { width: 1280, height: 900 } }],
  ['400', { colorScheme: 'light', viewport: { width: 400, height: 800 } }],
] as const)('a unit with photographs, %s,', (name, options) => {
  test('has nothing that axe-core minds, and is no wider than the window', async () => {
    await visit(options, async ({ page, open, violations, picture }) => {
      await open(`${UNIT}&of=3`);
      await tiles(page, '3');
      // The panel of notes and the cells of the ring.
      for (const which of ['first', 'last'] as const) await page.locator('details summary')[which]().click();
      await picture(`unit-${name}`);
      expect(await violations()).toEqual([]);
      const over = await page.evaluate(() => {
        const { scrollWidth, clientWidth } = document.documentElement;
        return Math.max(0, scrollWidth - clientWidth);
      });
      expect(over).toBe(0);
      await open('/sweeps/shown/unit?unit=3');
      await tiles(page, 'plain');
      await picture(`unit-shown-${name}`);
      expect(await violations()).toEqual([]);
    });
  });
});
