import type { BoardReply } from '@unitscope/dashboard';
import { useEffect } from 'preact/hooks';
import { followLinks, sweepPath, useAddress } from './address.js';
import { BoardContext, useBoardPolling } from './board.js';
import { useHeadingFocus } from './heading-focus.js';
import { followPointing } from './marks/linked-rows.js';
import { AcrossPage } from './pages/across-page.js';
import { SweepPage, viewTitle } from './pages/sweep-page.js';
import { SweepsPage } from './pages/sweeps-page.js';
import { ErrorNotice, NothingHere } from './parts/notices.js';
import { WORDS } from './words.js';
import { restoreScrolls } from './scroll.js';
import { ThemeContext, useThemeChoice, type ThemeChoice } from './theme.js';

/** The whole page: where one is, and what is there. */
export function App() {
  const { choice, theme, choose } = useThemeChoice();
  const board = useBoardPolling();
  const { segments } = useAddress();
  const [first, sweep, view = ''] = segments;
  const isAcross = first === 'compare' && segments.length === 1;
  const unknown = first !== undefined && !isAcross && (first !== 'sweeps' || segments.length > 3);
  useEffect(() => {
    document.title = [
      view === '' ? '' : viewTitle(view),
      sweep ?? (isAcross ? 'Two sweeps' : ''),
      'unitscope',
    ]
      .filter((part) => part !== '')
      .join(' · ');
  }, [sweep, view, isAcross]);
  useHeadingFocus(segments.join('/'));
  useEffect(restoreScrolls, []);
  useEffect(() => {
    document.addEventListener('click', followLinks);
    document.addEventListener('pointerover', followPointing);
    return () => {
      document.removeEventListener('click', followLinks);
      document.removeEventListener('pointerover', followPointing);
    };
  }, []);
  return (
    <ThemeContext.Provider value={theme}>
      <BoardContext.Provider value={board}>
        <a class="skip" href="#main">
          Skip to the content
        </a>
        <TopBar sweep={sweep} view={view} choice={choice} choose={choose} />
        <main id="main" tabIndex={-1}>
          {board.error?.code === 'UNREACHABLE' && board.data !== null && <ErrorNotice error={board.error} />}
          {unknown ? (
            <NothingHere title="There is nothing at this address" />
          ) : isAcross ? (
            <AcrossPage />
          ) : sweep === undefined ? (
            <SweepsPage />
          ) : (
            <SweepPage key={sweep} sweep={sweep} view={view} />
          )}
        </main>
        <Footer board={board.data} />
      </BoardContext.Provider>
    </ThemeContext.Provider>
  );
}

interface TopBarProps {
  readonly sweep: string | undefined;
  readonly view: string;
  readonly choice: ThemeChoice;
  readonly choose: (choice: ThemeChoice) => void;
}

/** Where one is, and how the page looks. */
function TopBar({ sweep, view, choice, choose }: TopBarProps) {
  return (
    <header class="top">
      <a class="brand" href="/">
        unitscope
      </a>
      <nav aria-label="Where you are" class="crumbs">
        <ol>
          <Crumb href="/" here={sweep === undefined}>
            Sweeps
          </Crumb>
          {sweep !== undefined && (
            <Crumb href={sweepPath(sweep)} here={view === ''}>
              {sweep}
            </Crumb>
          )}
          {sweep !== undefined && view !== '' && (
            <Crumb href={window.location.pathname + window.location.search} here>
              {viewTitle(view)}
            </Crumb>
          )}
        </ol>
      </nav>
      <span class="spacer" />
      <label class="theme">
        <span class="visually-hidden">Theme</span>
        <select value={choice} onChange={(event) => choose(event.currentTarget.value as ThemeChoice)}>
          <option value="auto">System</option>
          <option value="light">Light</option>
          <option value="dark">Dark</option>
        </select>
      </label>
    </header>
  );
}

function Footer({ board }: { readonly board: BoardReply | null }) {
  return (
    <footer class="note">
      <details class="words">
        <summary>What the words mean</summary>
        <dl>
          {WORDS.map(([term, meaning]) => (
            <>
              <dt>{term}</dt>
              <dd>{meaning}</dd>
            </>
          ))}
        </dl>
      </details>
      {board !== null && (
        <>
          unitscope {board.version} · store <code>{board.store}</code>
          {board.temporal !== null && <> · Temporal at {board.temporal}</>}
        </>
      )}
    </footer>
  );
}

interface CrumbProps {
  readonly href: string;
  readonly here: boolean;
  readonly children: string;
}

function Crumb({ href, here, children }: CrumbProps) {
  return (
    <li>
      <a href={href} {...(here && { 'aria-current': 'page' as const })}>
        {children}
      </a>
    </li>
  );
}
