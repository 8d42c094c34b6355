import type { Block } from './page-blocks.js';

/** A page as Markdown; charts are files beside it. */
export function pageMarkdown(blocks: readonly Block[]): string {
  return `${blocks.map(markdownOf).join('\n\n')}\n`;
}

function markdownOf(block: Block): string {
  switch (block.kind) {
    case 'heading':
      return `${'#'.repeat(block.level)} ${escapeMarkdown(block.text)}`;
    case 'paragraph':
      return `${block.strong === undefined ? '' : `**${escapeMarkdown(block.strong)}** `}${escapeMarkdown(block.text)}`;
    case 'list':
      return block.items.map((item) => `- ${escapeMarkdown(item)}`).join('\n');
    case 'figure':
      return `![${escapeMarkdown(block.title)}](${block.file})`;
    case 'table': {
      const row = (cells: readonly (string | number)[]): string =>
        `| ${cells.map((cell) => escapeMarkdown(String(cell)).replaceAll('|', '\\|')).join(' | ')} |`;
      const lines = [row(block.header), row(block.header.map(() => '---')), ...block.rows.map(row)];
      return `_${escapeMarkdown(block.caption)}_\n\n${lines.join('\n')}`;
    }
  }
}

function escapeMarkdown(text: string): string {
  return text.replaceAll(/[\\*_<>[\]]/g, '\\$&');
}
