import { escapeHtml, htmlPage, htmlTable } from '@unitscope/plots';
import type { Block } from './page-blocks.js';

/** A page as one HTML file with its charts in it. */
export function pageHtml(title: string, blocks: readonly Block[]): string {
  return htmlPage(title, blocks.map(htmlOf));
}

function htmlOf(block: Block): string {
  switch (block.kind) {
    case 'heading':
      return `<h${block.level}>${escapeHtml(block.text)}</h${block.level}>`;
    case 'paragraph':
      return `<p>${block.strong === undefined ? '' : `<strong>${escapeHtml(block.strong)}</strong> `}${prose(block.text)}</p>`;
    case 'list':
      return `<ul>${block.items.map((item) => `<li>${prose(item)}</li>`).join('')}</ul>`;
    case 'figure':
      return `<figure>${block.svg}</figure>`;
    case 'table':
      return htmlTable(block.caption, block.header, block.rows);
  }
}

/** Text with what stands between backticks as code. */
function prose(text: string): string {
  return escapeHtml(text).replaceAll(/`([^`]*)`/g, '<code>$1</code>');
}
