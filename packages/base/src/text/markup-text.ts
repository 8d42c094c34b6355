// XML has no way to write these; HTML takes them for errors.
const NOT_XML = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]|\p{Cs}/gu;

/** A text in SVG, XML or HTML, between tags or in a quoted attribute: nothing in it is markup, and it is well-formed. */
export function markupText(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;')
    .replaceAll(NOT_XML, '\ufffd');
}
