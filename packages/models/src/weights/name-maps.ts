/** A way to get from the name of an initializer to that of its tensor: one beginning in place of another. */
export interface NameMap {
  /** Of the initializers' names. */
  readonly graph: string;
  /** Of the tensors' names. */
  readonly weights: string;
}

/** More ways than this are no prefixes that all names share. */
const MOST_MAPS = 64;

export function mapped({ graph, weights }: NameMap, initializer: string): string | null {
  return initializer.startsWith(graph) ? weights + initializer.slice(graph.length) : null;
}

/** The name of the initializer whose tensor this would be, or null. */
export function unmapped({ graph, weights }: NameMap, tensor: string): string | null {
  return tensor.startsWith(weights) ? graph + tensor.slice(weights.length) : null;
}

/** The ways by which at least one initializer meets a tensor; those that suit most come first. */
export function nameMaps(initializers: readonly string[], tensors: Iterable<string>): NameMap[] {
  const counts = new Map<string, { map: NameMap; count: number }>();
  const add = (graph: string, weights: string): void => {
    const key = JSON.stringify([graph, weights]);
    const known = counts.get(key) ?? { map: { graph, weights }, count: 0 };
    known.count++;
    counts.set(key, known);
  };
  const known = new Set(initializers);
  const all = [...tensors];
  const byName = new Set(all);
  for (const tensor of all)
    for (const end of ends(tensor)) if (known.has(end)) add('', tensor.slice(0, -end.length));
  for (const name of initializers)
    for (const end of ends(name).slice(1)) if (byName.has(end)) add(name.slice(0, -end.length), '');
  return [...counts.values()]
    .sort((a, b) => b.count - a.count)
    .slice(0, MOST_MAPS)
    .map(({ map }) => map);
}

/** The name, and what is left of it behind each dot. */
function ends(name: string): string[] {
  const found = [name];
  for (let dot = name.indexOf('.'); dot >= 0; dot = name.indexOf('.', dot + 1))
    found.push(name.slice(dot + 1));
  return found;
}

/** What a tensor belongs to: `layer1.bn1` of `layer1.bn1.weight`. */
export function moduleOf(tensor: string): string {
  const dot = tensor.lastIndexOf('.');
  return dot < 0 ? '' : tensor.slice(0, dot);
}
