import { markupText } from '@unitscope/base';

const ELEMENT = 1;
const TEXT = 3;

/** An element as XML, whatever document it is of: well-formed whatever its texts and attributes hold. */
export function markupOf(element: Element): string {
  const attributes = Array.from(element.attributes, ({ name, value }) => ` ${name}="${markupText(value)}"`);
  const content = Array.from(element.childNodes, (node) => {
    if (node.nodeType === TEXT) return markupText(node.textContent ?? '');
    return node.nodeType === ELEMENT ? markupOf(node as Element) : '';
  }).join('');
  const start = `${element.localName}${attributes.join('')}`;
  return content === '' ? `<${start}/>` : `<${start}>${content}</${element.localName}>`;
}
