import type { SilentUnit, UnitRuns } from '@unitscope/dashboard';
import type { ComponentChildren } from 'preact';
import { useDefinition } from '../definition.js';
import { counted, figure, shortFigure } from '../figures.js';
import { Loaded } from '../parts/notices.js';
import { loadJson, useRemote } from '../remote-data.js';
import { lasting, viewUrl } from '../settings.js';
import { BirthsHistogram } from './births-histogram.js';
import { RunSparkline } from './run-sparkline.js';
import type { UnitPartProps } from './unit-part-props.js';

/** The figures of a unit, its births beside those of noise, and its path. */
export function UnitFacts(props: UnitPartProps) {
  const { card, sweep, settings, revision, outline } = props;
  const definition = useDefinition();
  const { layer, unit } = props.query;
  const query = { ...lasting(settings), run: '', layer, unit };
  const runs = useRemote<UnitRuns>(viewUrl(sweep, 'unit-runs', query), loadJson, revision);
  const sensitive = card.categories.filter((one) => one.sensitive).length;
  return (
    <aside class="unit-facts" aria-label="Figures of the unit">
      <dl>
        <Fact
          name="H"
          value={card.entropy}
          hint={`Feature entropy in nats, ${definition.name}: mean over ${counted(sensitive, 'category', 'categories')} with one`}
        >
          {card.entropy === null ? 'none' : figure(card.entropy, 3)}
          {card.entropy !== null && <small> nats</small>}
        </Fact>
        <Fact name="H / noise" value={card.relative} hint="1: as noise of the same map size">
          {card.relative === null ? 'none' : figure(card.relative, 2)}
        </Fact>
        <Fact name="ε" value={card.selectiveRate} hint="Selective rate: the share of images with a birth">
          {figure(card.selectiveRate, 2)}
        </Fact>
        <Fact name="importance" value={card.rank} hint="Rank by ineffectiveness, 0 is the most important">
          {card.rank ?? 'none'}
          {card.rank !== null && <small> of 0–{card.units - 1}</small>}
        </Fact>
        <Fact name="mean act." value={card.meanActivation} hint="Mean activation over all images">
          {card.meanActivation === null ? '' : shortFigure(card.meanActivation)}
        </Fact>
        <Fact name="maps" value={card.mapSize}>
          {card.mapSize}×{card.mapSize}
        </Fact>
      </dl>
      {card.silent !== null && <SilentWords silent={card.silent} />}
      <BirthsHistogram card={card} />
      <Loaded remote={runs} what="the path">
        {(found) => <RunSparkline runs={found} run={outline.run} checkpoint={card.checkpoint} />}
      </Loaded>
    </aside>
  );
}

/** Since when a unit is silent, where it is in every category. */
function SilentWords({ silent: { axis, last, next, looked, checkpoints } }: { readonly silent: SilentUnit }) {
  const at = ({ checkpoint, step }: NonNullable<SilentUnit['last']>): string =>
    axis === null ? checkpoint : `${axis} ${step}`;
  const words =
    last === null
      ? next === null
        ? 'Never alive'
        : `Not alive before ${at(next)}`
      : next === null
        ? `Died after ${at(last)}`
        : `Silent here: alive at ${at(last)} and again at ${at(next)}`;
  return (
    <p class="silent-words">
      <strong>{words}</strong>
      <span class="note">
        {' '}
        — sensitive in no category here
        {last === null && next === null ? ', nor at another checkpoint of this training' : ''}
        {looked < checkpoints ? `; ${looked} of ${checkpoints} checkpoints looked at` : ''}.
      </span>
    </p>
  );
}

interface FactProps {
  readonly name: string;
  readonly value: number | null;
  readonly hint?: string;
  readonly children: ComponentChildren;
}

function Fact({ name, value, hint, children }: FactProps) {
  return (
    <div title={hint}>
      <dt>{name}</dt>
      <dd data-fact={name} data-value={value ?? ''}>
        {children}
      </dd>
    </div>
  );
}
