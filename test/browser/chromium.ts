import { chromium, type Browser } from 'playwright-core';
import { onPath } from '../../infra/supervised-process.mjs';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];

/** Chromium of UNITSCOPE_CHROMIUM, or on PATH. Throws where there is none. */
export function launchChromium(): Promise<Browser> {
  const configured = process.env['UNITSCOPE_CHROMIUM'] ?? '';
  const executablePath =
    configured === '' ? NAMES.map(onPath).find((path) => path !== undefined) : configured;
  if (executablePath === undefined) {
    throw new Error(
      `no Chromium: expected a path in UNITSCOPE_CHROMIUM, or one of ${NAMES.join(', ')} on PATH (Debian: apt-get install chromium)`,
    );
  }
  // Containers have no user namespaces for the sandbox and a small /dev/shm; nothing but our own page is opened.
  return chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-dev-shm-usage'] });
}
