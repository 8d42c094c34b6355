/** A document to draw in where there is no page. */
export async function drawingDocument(): Promise<Document> {
  const { parseHTML } = await import('linkedom');
  return parseHTML('<!doctype html><html></html>').document;
}
