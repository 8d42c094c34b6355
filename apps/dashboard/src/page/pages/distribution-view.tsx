import type { SpreadRows } from '@unitscope/plots';
import { notedName, useCheckpointNotes } from '../notes/checkpoint-notes.js';
import { CategoryChoice, Choice, Filters, LayerChoice, ThresholdSlider } from '../parts/filters.js';
import { ChosenUnits, useUnitChoice } from '../parts/chosen-units.js';
import { Loaded } from '../parts/notices.js';
import { SpreadFigure } from '../parts/spread-figure.js';
import { loadRows, useRemote, type Answer } from '../remote-data.js';
import { lasting, viewUrl, type ViewProps } from '../settings.js';

/** How entropy is spread over the units of each layer, at two checkpoints. */
export function DistributionView(props: ViewProps) {
  const { sweep, outline, settings, revision } = props;
  const { layers } = settings;
  const query = {
    ...lasting(settings),
    ...{ layer: layers.length === 1 ? settings.layer : '', a: settings.a, b: settings.b },
  };
  const spreads = useRemote<Answer<SpreadRows>>(viewUrl(sweep, 'distribution', query), loadRows, revision);
  // Where nothing places the checkpoints, the first and the last are those of the sweep.
  const place = outline.problem === null ? '' : ' of the sweep';
  const labels = outline.checkpoints.map(({ label }) => label);
  const choice = useUnitChoice(settings.b === '' ? (labels.at(-1) ?? '') : settings.b);
  const notes = useCheckpointNotes(sweep);
  const list = { options: labels, nameOf: (label: string) => notedName(label, notes) };
  return (
    <>
      <Filters>
        <Choice label="Checkpoint" name="a" value={settings.a} none={`the first${place}`} {...list} />
        <Choice label="and" name="b" value={settings.b} none={`the last${place}`} {...list} />
        <LayerChoice {...props} none="all" />
        <CategoryChoice {...props} />
        <ThresholdSlider {...props} />
      </Filters>
      <Loaded remote={spreads} what="the units">
        {(found) => <SpreadFigure sweep={sweep} spreads={found} layers={layers} isPart={choice !== null} />}
      </Loaded>
      {choice !== null && <ChosenUnits {...props} choice={choice} />}
    </>
  );
}
