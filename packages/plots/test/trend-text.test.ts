import { describe, expect, test } from 'vitest';
import { trendText } from '../src/trend/trend-text.js';
import { demoTrend } from './demo-trend.js';

describe('trendText', () => {
  test('fits its width and is plain ASCII', () => {
    for (const width of [60, 80, 132]) {
      const lines = trendText(demoTrend(), width).split('\n');
      expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(width);
    }
    expect(trendText(demoTrend())).toMatch(/^[\n -~]*$/);
  });

  test('names the series by letters, the axes and the steps', () => {
    const text = trendText(demoTrend());
    expect(text).toContain('A conv1   B conv2   C conv3   D conv4   * several');
    expect(text).toContain('H / H of noise   (- - noise)');
    expect(text).toMatch(/ 0 +1 +3 +7 +15 +30 +60 +120 +250 +500 +1000\n/);
    expect(text).toMatch(/D\n/);
  });

  test('puts the highest value on the first row and the lowest on the last', () => {
    const points = [
      { step: 0, value: 3 },
      { step: 1, value: 1 },
    ];
    const text = trendText({ title: 't', panels: [{ label: 'y', series: [{ name: 's', points }] }] }, 40);
    const rows = text.split('\n').filter((line) => line.includes('|'));
    expect(rows[0]).toMatch(/^ {4}3\.00 \|o/);
    expect(rows.at(-1)).toMatch(/^ {4}1\.00 \| +\.*o$/);
  });

  test('is the same text again', () => {
    expect(trendText(demoTrend())).toBe(trendText(demoTrend()));
  });
});
