import { countText } from '@unitscope/base';

/** A number of things: "1 checkpoint", "2,000 checkpoints". */
export function counted(number: number, noun: string, plural = `${noun}s`): string {
  return `${countText(number)} ${number === 1 ? noun : plural}`;
}
