import type {
  AblationPlot,
  ColumnChart,
  Depth,
  Differences,
  Distribution,
  Heatmap,
  HoleStill,
  Scatter,
  UnitBirths,
} from '../src/index.js';
import { demoTrend } from './demo-trend.js';

const HOSTILE = '<script>alert("x")</script>';
const layers = ['conv1', HOSTILE];

export const depth = (lines: number): Depth => ({
  title: 'Depth',
  subtitle: 'of a test',
  label: 'H (nats)',
  layers,
  lines: Array.from({ length: lines }, (_, i) => ({
    name: `step-${i}`,
    points: layers.map((layer, at) => ({ layer, value: 2 - at / 2 + i / 50, low: 1.4, high: 2.6 })),
  })),
});

export const distribution: Distribution = {
  title: 'Distribution',
  subtitle: 'of a test',
  label: 'H (nats)',
  layers,
  groups: ['a', 'b'].map((name, i) => ({
    name,
    values: layers.map((layer) => ({ layer, values: [1, 1.2, 1.3, 2 + i] })),
  })),
};

export const scatter: Scatter = {
  title: 'Scatter',
  subtitle: 'of a test',
  xLabel: 'ε',
  yLabel: 'H (nats)',
  groups: layers.map((name, i) => ({
    name,
    points: [
      { x: 0.2 + i / 2, y: 1 },
      { x: 1, y: 2 },
    ],
  })),
};

export const heatmap: Heatmap = {
  title: 'Heatmap',
  subtitle: 'of a test',
  label: 'nats',
  none: 'not sensitive',
  columns: ['step-0', 'step-1', 'step-2'],
  columnLabel: 'checkpoint',
  rows: [
    { name: '0', values: [0, 1, 2] },
    { name: '1', values: [null, 1.5, 2] },
  ],
  rowLabel: HOSTILE,
};

export const unit: UnitBirths = {
  title: `Unit of ${HOSTILE}`,
  subtitle: 'of a test',
  births: [
    { index: 3, images: 7 },
    { index: 60, images: 2 },
  ],
  without: 1,
  threshold: 50,
  hole: {
    caption: `Image ${HOSTILE}`,
    hole: { size: 5, map: new Float32Array(25), edges: { tails: [0], heads: [1], ranks: [3] }, cycle: null },
    counts: [0, 0, 1, 2, 0],
    picture: 'data:image/png;base64,AAAA',
    range: [0, 1],
  },
};

export const ablation = (columns: number): AblationPlot => ({
  title: 'Ablation',
  subtitle: 'of a test',
  units: 20,
  metrics: [
    { label: 'accuracy', share: true },
    { label: 'loss (nats)', share: false },
  ],
  columns: Array.from({ length: columns }, (_, column) => ({
    caption: column === 0 ? HOSTILE : 'reverse',
    lines: [1, 3].map((scale) =>
      ['l1', 'random'].map((name, i) => ({
        name,
        points: Array.from({ length: 21 }, (_, ablated) => {
          const value = (scale * (ablated + i)) / 21;
          return { ablated, value, ...(i === 1 && { low: value * 0.9, high: value * 1.1 }) };
        }),
      })),
    ),
  })),
  baseline: 'random',
});

export const trend = demoTrend();

export const column: ColumnChart = {
  title: 'Columns',
  subtitle: 'of a test',
  xLabel: 'step',
  yLabel: 'loss',
  mark: 'line',
  points: ['a', 'b'].flatMap((series, i) => [0, 10, 20].map((x) => ({ x, y: x / 10 + i, series }))),
};

export const differences: Differences = {
  title: 'Differences',
  subtitle: 'of a test',
  label: 'ΔH (nats)',
  rows: ['conv1', 'conv2', 'conv3'].map((name, i) => ({
    name,
    value: i - 1,
    low: i - 1.5,
    high: i - 0.5,
    certain: i !== 1,
  })),
};

/** A ring of four vertices in a map of 30 × 30. */
export const hole: Omit<HoleStill, 'title'> = {
  hole: {
    size: 30,
    map: Float32Array.from({ length: 900 }, (_, i) => (i % 31) / 31),
    edges: { tails: [3, 5, 9, 3, 1], heads: [5, 9, 12, 12, 2], ranks: [1, 2, 3, 4, 5] },
    cycle: {
      rank: 4,
      vertices: [3, 5, 9, 12],
      edges: [
        { row: 3, column: 5, rank: 1 },
        { row: 5, column: 9, rank: 2 },
        { row: 9, column: 12, rank: 3 },
        { row: 12, column: 3, rank: 4 },
      ],
    },
  },
  counts: [0, 0, 0, 1, 1],
  picture: 'data:image/png;base64,AAAA',
  range: [0, 1],
};
