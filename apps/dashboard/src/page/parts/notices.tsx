import type { ComponentChildren } from 'preact';
import { addressWithout } from '../address.js';
import type { Remote, RemoteError } from '../remote-data.js';

export function ErrorNotice({ error }: { readonly error: RemoteError }) {
  return (
    <div class="notice failed" role="alert">
      <strong>{error.code === 'UNREACHABLE' ? 'No answer' : 'Not possible'}</strong>
      <p>{error.message}</p>
      <code>{error.code}</code>
    </div>
  );
}

/** The way on from an address that names what is not there: the view that is called `title`, without these parameters. */
export function Without({ title, names }: { readonly title: string; readonly names: readonly string[] }) {
  return (
    <p>
      <a href={addressWithout(names)}>{title} without it</a>
    </p>
  );
}

export function EmptyNotice({
  title,
  children,
}: {
  readonly title: string;
  readonly children?: ComponentChildren;
}) {
  return (
    <div class="notice">
      <strong>{title}</strong>
      {children}
    </div>
  );
}

/** An error names no more of what there is. */
const MOST_NAMED = 12;

/** A whole page for an address that leads nowhere. */
export function NothingHere({
  title,
  there = [],
}: {
  readonly title: string;
  /** The sweeps that there are. */
  readonly there?: readonly string[];
}) {
  return (
    <>
      <h1>{title}</h1>
      {there.length > 0 && (
        <ul>
          {there.slice(0, MOST_NAMED).map((name) => (
            <li key={name}>
              <a href={`/sweeps/${encodeURIComponent(name)}`}>{name}</a>
            </li>
          ))}
          {there.length > MOST_NAMED && <li>and {there.length - MOST_NAMED} more</li>}
        </ul>
      )}
      <p>
        <a href="/">The sweeps of the store</a>
      </p>
    </>
  );
}

interface Props<T> {
  readonly remote: Remote<T>;
  readonly what: string;
  readonly children: (data: T) => ComponentChildren;
}

/** What was loaded; while the next loads the last stays, paler. */
export function Loaded<T>({ remote: { data, error, loading }, what, children }: Props<T>) {
  if (data === null && error !== null) return <ErrorNotice error={error} />;
  if (data === null) {
    return (
      <div class="loading" role="status">
        Loading {what} …
      </div>
    );
  }
  return (
    <div class={loading ? 'stale' : ''} aria-busy={loading}>
      {/* That no server answers, the page says once. */}
      {error !== null && error.code !== 'UNREACHABLE' && <ErrorNotice error={error} />}
      {children(data)}
    </div>
  );
}
