import { describe, expect, it } from 'vitest';
import { createProgram } from '../../src/program.js';
import { fitHelp } from '../../src/terminal/help-text.js';

describe('fitHelp', () => {
  it('fills paragraphs, and goes on with a command behind a backslash', () => {
    const text =
      'A paragraph that was written\nin lines of its own.\n\nExamples:\n  unitscope query demo "SELECT layer FROM units" --json';
    expect(fitHelp(text, 44)).toBe(
      'A paragraph that was written in lines of its own.'.replace(' own.', '\nown.') +
        '\n\nExamples:\n  unitscope query demo "SELECT layer \\\n    FROM units" --json',
    );
    expect(fitHelp(text, 200)).toContain('A paragraph that was written in lines of its own.\n');
  });

  it('goes on below a term’s own text', () => {
    expect(fitHelp('  trend    mean entropy of each layer over all', 32)).toBe(
      '  trend    mean entropy of each\n           layer over all',
    );
  });
});

const commands = (await createProgram()).commands.map((command) => command.name());

it.each(['', ...commands])(
  'no line of `unitscope %s --help` is wider than 80 columns, or than 200',
  async (name) => {
    for (const width of [80, 200]) {
      let written = '';
      const program = await createProgram();
      const command = program.commands.find((one) => one.name() === name) ?? program;
      command.configureOutput({
        getOutHelpWidth: () => width,
        writeOut: (text) => (written += fitHelp(text, width)),
      });
      command.outputHelp();
      const lines = written.split('\n');
      expect(lines.filter((line) => line.length > width)).toEqual([]);
      expect(lines.length).toBeGreaterThan(5);
    }
  },
);
