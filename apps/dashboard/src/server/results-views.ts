import {
  compareChangedView,
  compareLayersView,
  compareOutcomesView,
  compareUnitsView,
} from './views/compare.js';
import { ablationView } from './views/ablation.js';
import { acrossView } from './views/across.js';
import { atlasView } from './views/atlas.js';
import { changedView } from './views/changed.js';
import { diedView } from './views/died.js';
import { distributionView } from './views/distribution.js';
import { embeddingView } from './views/embedding.js';
import { heatmapView } from './views/heatmap.js';
import { networkView } from './views/network.js';
import { outlineView, plannedView } from './views/outline.js';
import { rankAgreementView, rankView } from './views/rank.js';
import { scatterView } from './views/scatter.js';
import { sqlView } from './views/sql.js';
import { changesView, trainingsView } from './views/trainings.js';
import { generalizationView, layersView, trendView } from './views/trend.js';
import { unitBirthsView, unitImagesView, unitNearView, unitPathView } from './views/unit.js';
import { unitsView } from './views/units.js';
import { unitCardView, unitRunsView } from './views/unit-card.js';
import { photographView, unitExamplesView, unitMapView } from './views/unit-maps.js';
import type { ViewAnswer, ViewContext } from './view-request.js';

type View = (context: ViewContext) => Promise<ViewAnswer>;

/** The questions about results, by the name that addresses have. */
export const resultsViews: Readonly<Record<string, View>> = {
  ablation: ablationView,
  across: acrossView,
  outline: outlineView,
  planned: plannedView,
  network: networkView,
  trainings: trainingsView,
  changes: changesView,
  trend: trendView,
  layers: layersView,
  generalization: generalizationView,
  distribution: distributionView,
  embedding: embeddingView,
  heatmap: heatmapView,
  atlas: atlasView,
  rank: rankView,
  'rank-agreement': rankAgreementView,
  scatter: scatterView,
  units: unitsView,
  died: diedView,
  changed: changedView,
  'compare-layers': compareLayersView,
  'compare-outcomes': compareOutcomesView,
  'compare-units': compareUnitsView,
  'compare-changed': compareChangedView,
  'unit-near': unitNearView,
  'unit-path': unitPathView,
  'unit-births': unitBirthsView,
  'unit-images': unitImagesView,
  'unit-card': unitCardView,
  'unit-runs': unitRunsView,
  'unit-examples': unitExamplesView,
  'unit-map': unitMapView,
  photograph: photographView,
  sql: sqlView,
};

/** Those that scan all units, or resample them; a process of their own answers them, so that the others do not wait. */
export const slowViews: ReadonlySet<string> = new Set([
  'across',
  'compare-layers',
  'compare-units',
  'compare-changed',
  'heatmap',
  'changes',
  'died',
  'changed',
  'unit-path',
  'unit-images',
  'unit-runs',
  'sql',
]);

/** Those that read maps, or make them by a forward pass: a process of their own, which has more time. */
export const mapViews: ReadonlySet<string> = new Set(['unit-examples', 'unit-map', 'atlas']);
