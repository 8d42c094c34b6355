/** Layers in a row whose names begin alike. */
export interface Block<Layer> {
  /** What they begin with, beyond what all layers do; '': nothing. */
  readonly name: string;
  readonly layers: readonly { readonly layer: Layer; readonly short: string }[];
}

/** The layers of a network in the blocks that their names tell: parts are between dots, slashes or colons. */
export function networkBlocks<Layer extends { readonly layer: string }>(
  layers: readonly Layer[],
): Block<Layer>[] {
  const names = layers.map(({ layer }) => layer.split(/(?<=[./:])/));
  const [first = []] = names;
  // One part of each stays.
  const isShared = (part: string, i: number): boolean =>
    names.every((parts) => parts[i] === part && parts.length > i + 1);
  const shared = layers.length < 2 ? 0 : first.findIndex((part, i) => !isShared(part, i));
  const blocks: { name: string; layers: { layer: Layer; short: string }[] }[] = [];
  for (const [i, layer] of layers.entries()) {
    const own = (names[i] ?? []).slice(shared);
    const [head = '', ...rest] = own.length > 1 ? own : ['', ...own];
    const name = head.replace(/[./:]$/, '');
    const last = blocks.at(-1);
    const entry = { layer, short: rest.join('') };
    if (last?.name === name) last.layers.push(entry);
    else blocks.push({ name, layers: [entry] });
  }
  return blocks;
}
