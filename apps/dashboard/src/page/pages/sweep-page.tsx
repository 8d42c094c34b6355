import type { Outline, SweepCard } from '@unitscope/dashboard';
import { prepareDrawing } from '@unitscope/plots';
import type { ComponentChildren, FunctionComponent } from 'preact';
import { useEffect } from 'preact/hooks';
import { outlineQuestion } from '../../server/overview-questions.js';
import { ignoredParameters, wrongParameter } from '../address-check.js';
import { sweepPath, useAddress } from '../address.js';
import { useBoard } from '../board.js';
import { DefinitionContext } from '../definition.js';
import { NotesPanel } from '../notes/notes-panel.js';
import { EmptyNotice, ErrorNotice, Loaded, NothingHere, Without } from '../parts/notices.js';
import { SweepStrip } from '../parts/sweep-strip.js';
import { askAhead, RemoteError, type Remote } from '../remote-data.js';
import { carried, useSettings, viewUrl, type ViewProps, type ViewSubject } from '../settings.js';
import { CheckpointsView } from './checkpoints-view.js';
import { CompareView } from './compare-view.js';
import { DepthView } from './depth-view.js';
import { DistributionView } from './distribution-view.js';
import { FailuresView } from './failures-view.js';
import { HeatmapView } from './heatmap-view.js';
import { overviewUrls } from './overview-urls.js';
import { OverviewView } from './overview-view.js';
import { SqlView } from './sql-view.js';
import { SweepControls } from './sweep-controls.js';
import { TrendView } from './trend-view.js';
import { AblationView } from '../layer/ablation-view.js';
import { NetworkStrip } from '../network/network-strip.js';
import { AtlasView } from '../layer/atlas-view.js';
import { RankView } from '../layer/rank-view.js';
import { ScatterView } from '../layer/scatter-view.js';
import { UnitView } from '../unit/unit-page.js';
import { ofItsTraining, useTraining } from '../training.js';
import { unknownName, type Unknown } from '../unknown-name.js';
import { useOutline } from './use-outline.js';

interface View {
  readonly name: string;
  readonly title: string;
  readonly show: FunctionComponent<ViewProps>;
  /** What it asks for first. */
  readonly urls?: (subject: ViewSubject) => readonly string[];
}

const VIEWS: readonly View[] = [
  { name: '', title: 'Overview', show: OverviewView, urls: overviewUrls },
  { name: 'trend', title: 'Trend', show: TrendView },
  { name: 'depth', title: 'Depth', show: DepthView },
  { name: 'checkpoints', title: 'Checkpoints', show: CheckpointsView },
  { name: 'distribution', title: 'Distribution', show: DistributionView },
  { name: 'heatmap', title: 'Heatmap', show: HeatmapView },
  { name: 'atlas', title: 'Atlas', show: AtlasView },
  { name: 'rank', title: 'Rank', show: RankView },
  { name: 'scatter', title: 'Scatter', show: ScatterView },
  { name: 'ablation', title: 'Ablation', show: AblationView },
  { name: 'compare', title: 'Compare', show: CompareView },
  { name: 'unit', title: 'Unit', show: UnitView },
  { name: 'sql', title: 'SQL', show: SqlView },
];

/** Views of layers that are chosen from the network; those of several at once. */
const SEVERAL: ReadonlySet<string> = new Set(['trend', 'depth', 'distribution', 'scatter']);
const STRIPPED: ReadonlySet<string> = new Set([...SEVERAL, 'heatmap', 'atlas', 'rank']);
const FAILURES = 'failures';

/** What a view is called; the address has its name. */
export function viewTitle(name: string): string {
  if (name === FAILURES) return 'Failures';
  return VIEWS.find((view) => view.name === name)?.title ?? name;
}

/** One sweep: how far it is, and the views of its results. */
export function SweepPage({ sweep, view }: { readonly sweep: string; readonly view: string }) {
  const board = useBoard();
  const asked = useSettings();
  const { query } = useAddress();
  const first = outlineQuestion(view, query);
  const wrong = wrongParameter(view, query);
  const card = board.data?.sweeps.find(({ name }) => name === sweep) ?? null;
  const empty = card?.checkpoints.done === 0;
  const isGone = board.data !== null && card === null;
  const { outline, revision, isOwn } = useOutline(
    empty || isGone || wrong !== null ? null : viewUrl(sweep, first.view, first.parameters),
    card,
    (found) => {
      const urls = VIEWS.find(({ name }) => name === view)?.urls;
      const subject = { sweep, settings: ofItsTraining(view, asked, found), outline: found };
      for (const url of urls?.(subject) ?? []) askAhead(url);
    },
  );
  const { data, settings } = useTraining(view, asked, { data: outline.data, isOwn });
  useEffect(prepareDrawing, []);
  useEffect(showTab, [view]);
  const shown = VIEWS.find(({ name }) => name === view);
  if (isGone) {
    const names = board.data.sweeps.map(({ name }) => name);
    return <NothingHere title={`No sweep “${sweep}” in this store`} there={names} />;
  }
  return (
    <>
      <h1 key={view} class="visually-hidden">{`${sweep}: ${viewTitle(view)}`}</h1>
      <Head sweep={sweep} card={card} />
      <Tabs sweep={sweep} view={view} settings={settings} />
      {view === FAILURES ? (
        <FailuresView sweep={sweep} revision={revision} />
      ) : shown === undefined ? (
        <EmptyNotice title={`There is no view “${view}”`}>
          <p>There are {VIEWS.map(({ title }) => title).join(', ')}.</p>
        </EmptyNotice>
      ) : wrong !== null ? (
        <Refused unknown={wrong} code="PARAMETER" view={view} />
      ) : empty || (!board.loading && isNothing(outline)) ? (
        <EmptyNotice title="No results yet">
          <p>They appear here as soon as the first checkpoint is done.</p>
        </EmptyNotice>
      ) : outline.data === null && outline.error !== null ? (
        <NoOutline error={outline.error} view={view} settings={settings} />
      ) : (
        <Loaded remote={{ ...outline, data, loading: false }} what="the sweep">
          {(found) => (
            <Results show={shown.show} view={view} {...{ sweep, settings, revision }} outline={found} />
          )}
        </Loaded>
      )}
    </>
  );
}

/** A view, below what holds in all of them. */
function Results({
  show: Show,
  view,
  ...props
}: ViewProps & { readonly show: View['show']; readonly view: string }) {
  return (
    <DefinitionContext.Provider value={props.outline.definition}>
      <Ignored view={view} />
      <SweepControls view={view} {...props} />
      <Known view={view} {...props}>
        <Network view={view} {...props} />
        <Show {...props} />
      </Known>
    </DefinitionContext.Provider>
  );
}

/** Brings the tab of the view into sight: on a narrow screen the tabs are wider than it. The page stays where it is. */
function showTab(): void {
  const tab = document.querySelector<HTMLElement>('.tabs [aria-current]');
  const tabs = tab?.parentElement;
  if (tab === null || !tabs) return;
  tabs.scrollLeft = tab.offsetLeft - tabs.offsetLeft - (tabs.clientWidth - tab.offsetWidth) / 2;
}

/** How far the sweep is, and what people wrote of it; has its room before the board is there. */
function Head({ sweep, card }: { readonly sweep: string; readonly card: SweepCard | null }) {
  return (
    <div class="sweep-head">
      {card !== null && (
        <>
          <SweepStrip card={card} />
          <NotesPanel sweep={sweep} />
        </>
      )}
    </div>
  );
}

/** The views of the sweep, each with what is looked at now. */
function Tabs({ sweep, view, settings }: { readonly view: string } & Pick<ViewProps, 'sweep' | 'settings'>) {
  return (
    <nav class="tabs" aria-label="Views of the sweep">
      {VIEWS.map(({ name, title }) => (
        <a
          key={name}
          href={sweepPath(sweep, name, carried(settings))}
          {...(name === view && { 'aria-current': 'page' as const })}
        >
          {title}
        </a>
      ))}
    </nav>
  );
}

/** It was asked for and is not there: the sweep has no results, or there is no such sweep, as the board says. */
function isNothing({ data, error, loading }: Remote<Outline | null>): boolean {
  return data === null && error === null && !loading;
}

/** Why there is no outline: mostly a training that is not there. */
function NoOutline({
  error,
  view,
  settings,
}: Pick<ViewProps, 'settings'> & { readonly view: string; readonly error: RemoteError }) {
  return (
    <>
      <ErrorNotice error={error} />
      {settings.run !== '' && <Without title={viewTitle(view)} names={['run']} />}
    </>
  );
}

/** A view, where the sweep has what the address names: else that is said once, not by each of its parts. */
function Known({
  outline,
  view,
  settings,
  children,
}: Pick<ViewProps, 'outline' | 'settings'> & {
  readonly view: string;
  readonly children: ComponentChildren;
}) {
  const unknown = unknownName(view, { outline, settings });
  if (unknown === null) return <>{children}</>;
  return <Refused unknown={unknown} code="NAME_UNKNOWN" view={view} />;
}

interface RefusedProps {
  readonly unknown: Unknown;
  readonly code: string;
  readonly view: string;
}

/** What is wrong with the address, and the way on. */
function Refused({ unknown: { parameter, words }, code, view }: RefusedProps) {
  return (
    <>
      <ErrorNotice error={new RemoteError(code, words)} />
      <Without title={viewTitle(view)} names={[parameter]} />
    </>
  );
}

/** What the address has that the view does not take. */
function Ignored({ view }: { readonly view: string }) {
  const ignored = ignoredParameters(view, viewTitle(view), useAddress().query);
  if (ignored === null) return null;
  return (
    <EmptyNotice title="Part of the address is ignored">
      <p>{ignored.words}</p>
      <Without title={viewTitle(view)} names={ignored.names} />
    </EmptyNotice>
  );
}

/** The network above a view that layers are chosen for. */
function Network({ view, ...props }: ViewProps & { readonly view: string }) {
  return STRIPPED.has(view) ? <NetworkStrip {...props} several={SEVERAL.has(view)} /> : null;
}
