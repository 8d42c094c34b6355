/** An operation by the tensors it reads and makes. */
export interface SplitNode {
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
}

/** A network in two parts: what comes before some of its tensors, and what follows from them. */
export interface NetworkSplit<N extends SplitNode> {
  /** Makes the tensors of the cut and of the boundary from the network's input. */
  readonly before: readonly N[];
  /** Makes the wanted tensors from those of the cut and of the boundary. */
  readonly after: readonly N[];
  /** Computed tensors that `after` reads besides the cut: shortcuts past it. The input itself may be one. */
  readonly boundary: readonly string[];
}

/**
 * Splits a network at the tensors of `cut`. `nodes` come in an order in which they can run; what depends on no `input`
 * is in every part that needs it. Null where a wanted tensor does not follow from the cut.
 */
export function splitNetwork<N extends SplitNode>(
  nodes: readonly N[],
  input: string,
  cut: readonly string[],
  wanted: readonly string[],
): NetworkSplit<N> | null {
  const given = new Set(cut);
  const computed = reachable(nodes, new Set([input]), new Set());
  const following = reachable(nodes, given, given);
  if (!wanted.every((tensor) => following.has(tensor))) return null;
  const boundary = new Set<string>();
  const after = needed(nodes, wanted, (tensor) => {
    if (given.has(tensor)) return true;
    const past = computed.has(tensor) && !following.has(tensor);
    if (past) boundary.add(tensor);
    return past;
  });
  const before = needed(nodes, [...cut, ...boundary], (tensor) => tensor === input);
  return { before, after, boundary: [...boundary] };
}

/** The tensors that follow from `sources`, themselves included; what makes one of `given` is left out. */
function reachable(
  nodes: readonly SplitNode[],
  sources: ReadonlySet<string>,
  given: ReadonlySet<string>,
): Set<string> {
  const reached = new Set(sources);
  for (const { inputs, outputs } of nodes) {
    if (outputs.some((tensor) => given.has(tensor))) continue;
    if (inputs.some((tensor) => reached.has(tensor))) for (const tensor of outputs) reached.add(tensor);
  }
  return reached;
}

/** The nodes that `wanted` needs, in their order, back to the tensors at which `stops` says so. */
export function needed<N extends SplitNode>(
  nodes: readonly N[],
  wanted: readonly string[],
  stops: (tensor: string) => boolean,
): N[] {
  const makerOf = new Map(nodes.flatMap((node) => node.outputs.map((tensor) => [tensor, node] as const)));
  const taken = new Set<N>();
  const stack = [...wanted];
  for (let tensor = stack.pop(); tensor !== undefined; tensor = stack.pop()) {
    const maker = stops(tensor) ? undefined : makerOf.get(tensor);
    if (maker === undefined || taken.has(maker)) continue;
    taken.add(maker);
    stack.push(...maker.inputs);
  }
  return nodes.filter((node) => taken.has(node));
}
