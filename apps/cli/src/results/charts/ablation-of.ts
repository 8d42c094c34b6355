import type { Ablation } from '@unitscope/ablation';
import { ablationChart, ablationModel, ablationText, fitHeight } from '@unitscope/plots';
import type { Chart } from './chart.js';

/** The curves of an ablation: loss and accuracy against the number of ablated units. */
export function ablationOf(ablation: Ablation): Chart {
  const { sweep, checkpoint, layer, images, classes } = ablation;
  const plot = ablationModel({
    ...{ sweep, images, classes },
    checkpoint: checkpoint.label,
    layer: layer.name,
    units: layer.units,
    curves: ablation.curves.map(({ order, scope, category, points }) => ({
      ...{ scope, category, points },
      ...{ ranking: order.ranking, direction: order.direction, importance: order.importance },
    })),
  });
  return {
    svg: (look = {}) => fitHeight((asked) => ablationChart(plot, asked), look),
    text: (width, signs) => ablationText(plot, width, signs),
  };
}
