import { openWeights } from '@unitscope/models';
import type { MetaValue } from '@unitscope/plan';

/** Where trainers keep the settings of a training, beside the weights. */
const SETTINGS = /^(?:hyper_parameters|hparams|args|config)\./;
/** Numbers that a trainer writes of each checkpoint. */
const OF_CHECKPOINT =
  /^(?:epoch|step|global_step|iteration|iter|(?:[^.]*_)?(?:metric|loss|acc(?:uracy)?\d*|top\d+|err(?:or)?\d*|score|f1|auc|m?iou|perplexity))$/;
/** Where some keep them together. */
const METRICS = /^(?:metrics|results)\./;

/**
 * What a file of weights says of itself: `epoch`, `step` (Lightning's `global_step`), and the settings of its training. A
 * file that cannot be read says nothing here: where it is bound the refusal says why.
 */
export async function weightsMeta(path: string): Promise<Record<string, MetaValue>> {
  const scalars = await openWeights(path).then(
    (file) => file.scalars,
    () => ({}),
  );
  const meta: Record<string, MetaValue> = {};
  for (const [name, value] of Object.entries(scalars)) {
    if (OF_CHECKPOINT.test(name)) meta[name === 'global_step' ? 'step' : name] = value;
    else if (METRICS.test(name)) meta[name.replace(METRICS, '')] = value;
    else if (SETTINGS.test(name)) meta[name.replace(SETTINGS, '')] = value;
  }
  return meta;
}
