import { describe, expect, it } from 'vitest';
import { textLook } from '../../src/terminal/text-look.js';

const TTY = { isTTY: true };
const PIPE = {};
const UTF8 = { LANG: 'en_US.UTF-8', TERM: 'xterm-256color' };

describe('colours', () => {
  const depth = (stream: { isTTY?: boolean }, env: NodeJS.ProcessEnv): number =>
    textLook(stream, { ...UTF8, ...env }, 'linux').colorDepth;

  it('are those that the terminal has', () => {
    expect(depth(TTY, {})).toBe(8);
    expect(depth(TTY, { COLORTERM: 'truecolor' })).toBe(24);
    expect(depth(TTY, { TERM: 'dumb' })).toBe(1);
  });

  it('are none in a pipe or a file, unless FORCE_COLOR asks for them', () => {
    expect(depth(PIPE, {})).toBe(1);
    expect(depth(PIPE, { FORCE_COLOR: '1' })).toBe(4);
    expect(depth(PIPE, { FORCE_COLOR: '2' })).toBe(8);
    expect(depth(PIPE, { FORCE_COLOR: '0' })).toBe(1);
  });

  it('are none where NO_COLOR says so, whatever it holds but nothing', () => {
    expect(depth(TTY, { NO_COLOR: '1' })).toBe(1);
    expect(depth(TTY, { NO_COLOR: '1', FORCE_COLOR: '3' })).toBe(1);
    expect(depth(TTY, { NO_COLOR: '' })).toBe(8);
  });
});

describe('braille and blocks', () => {
  const unicode = (env: NodeJS.ProcessEnv, platform: NodeJS.Platform = 'linux'): boolean =>
    textLook(TTY, env, platform).unicode;

  it('need a locale of UTF-8; the first variable that is set says it', () => {
    expect(unicode({ LANG: 'de_DE.utf8' })).toBe(true);
    expect(unicode({ LC_ALL: 'C', LANG: 'de_DE.UTF-8' })).toBe(false);
    expect(unicode({ LC_ALL: '', LC_CTYPE: 'C.UTF-8', LANG: 'C' })).toBe(true);
    expect(unicode({ LANG: 'ja_JP.EUC-JP' })).toBe(false);
    expect(unicode({})).toBe(false);
  });

  it('are there on Windows and macOS where no locale is set, and never on a dumb terminal', () => {
    expect(unicode({}, 'win32')).toBe(true);
    expect(unicode({}, 'darwin')).toBe(true);
    expect(unicode({ LANG: 'C.UTF-8', TERM: 'dumb' })).toBe(false);
  });
});
