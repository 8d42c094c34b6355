import { readFile } from 'node:fs/promises';
import { InputError } from '../src/errors/input-error.js';
import { describe, expect, it } from 'vitest';
import { reasonOf, systemReason } from '../src/errors/reason.js';

class BadInput extends InputError {
  readonly code = 'BAD_INPUT';
}

async function systemError(): Promise<unknown> {
  return readFile('/none/such').catch((error: unknown) => error);
}

describe('reasonOf', () => {
  it('tells bad input by its own message alone', () => {
    const cause = new Error('the details');
    expect(reasonOf(new BadInput('x: expected 1, found 2', { cause }))).toBe('x: expected 1, found 2');
  });

  it('adds why the system refused a file', async () => {
    const error = new BadInput('model.json cannot be read', { cause: await systemError() });
    expect(reasonOf(error)).toBe('model.json cannot be read: no such file or folder');
  });

  it('does not tell why the system refused a second time', async () => {
    const cause = await systemError();
    const error = new Error(`out could not be written whole: ${systemReason(cause)}`, { cause });
    expect(reasonOf(error)).toBe('out could not be written whole: no such file or folder');
  });

  it('tells the causes of other failures, each once', () => {
    const inner = new Error('the socket closed');
    const middle = new Error('could not store: the socket closed', { cause: inner });
    expect(reasonOf(new Error('the task failed', { cause: middle }))).toBe(
      'the task failed: could not store: the socket closed',
    );
  });

  it('ends on causes that go round in a circle, and takes what is no error', () => {
    const error = new Error('round');
    error.cause = error;
    expect(reasonOf(error)).toBe('round');
    expect(reasonOf('plain')).toBe('plain');
    expect(reasonOf(null)).toBe('null');
  });
});

describe('systemReason', () => {
  it('is in plain words where the system refused, else the error’s own', async () => {
    expect(systemReason(await systemError())).toBe('no such file or folder');
    expect(systemReason(new Error('its own'))).toBe('its own');
  });
});
