import type { Provider } from '@unitscope/plan';

/** What runs every operation, everywhere. */
const PLAIN: readonly Provider[] = ['cpu'];

/** The providers as onnxruntime uses them: the CPU does what the others leave. */
export function inFull(providers: readonly Provider[] = PLAIN): readonly Provider[] {
  return providers.includes('cpu') ? providers : [...providers, 'cpu'];
}

const MARK = ' providers ';

/** The identity of onnxruntime with these providers; that of the CPU alone says nothing of them. */
export function withProviders(onnxruntime: string, providers: readonly Provider[] | undefined): string {
  const full = inFull(providers);
  return full.length === 1 ? onnxruntime : `${onnxruntime}${MARK}${full.join('+')}`;
}

/** The providers that a backend's identity names; undefined: the CPU alone, or another backend. */
export function providersOf(backend: string): readonly Provider[] | undefined {
  const at = backend.indexOf(MARK);
  return at < 0 ? undefined : (backend.slice(at + MARK.length).split('+') as Provider[]);
}

/** The same onnxruntime on the CPU alone. */
export function onTheCpu(backend: string): string {
  const at = backend.indexOf(MARK);
  return at < 0 ? backend : backend.slice(0, at);
}
