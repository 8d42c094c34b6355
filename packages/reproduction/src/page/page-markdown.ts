import { markdownText, shownText } from '@unitscope/base';
import type { Block } from './page-blocks.js';

/** A page as Markdown; charts are files beside it. */
export function pageMarkdown(blocks: readonly Block[]): string {
  return `${blocks.map(markdownOf).join('\n\n')}\n`;
}

/** Text with what stands between backticks as code. */
function prose(text: string): string {
  return text
    .split(/(`[^`\n]*`)/)
    .map((part, index) => (index % 2 === 1 ? shownText(part) : markdownText(part)))
    .join('');
}

function markdownOf(block: Block): string {
  switch (block.kind) {
    case 'heading':
      return `${'#'.repeat(block.level)} ${markdownText(block.text)}`;
    case 'paragraph':
      return `${block.strong === undefined ? '' : `**${markdownText(block.strong)}** `}${prose(block.text)}`;
    case 'list':
      return block.items.map((item) => `- ${prose(item)}`).join('\n');
    case 'figure':
      return `![${markdownText(block.title)}](${block.file})`;
    case 'table': {
      const row = (cells: readonly (string | number)[]): string =>
        `| ${cells.map((cell) => markdownText(String(cell))).join(' | ')} |`;
      const lines = [row(block.header), row(block.header.map(() => '---')), ...block.rows.map(row)];
      return `_${markdownText(block.caption)}_\n\n${lines.join('\n')}`;
    }
  }
}
