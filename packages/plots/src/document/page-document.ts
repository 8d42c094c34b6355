/** In a browser a chart is drawn in the page's own document, and never put into it before it is text. */
export function drawingDocument(): Promise<Document> {
  return Promise.resolve(document);
}
