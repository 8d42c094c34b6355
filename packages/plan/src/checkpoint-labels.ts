/**
 * Short labels for checkpoints from their paths: what tells them apart, without the folders they share, a file name
 * they share, or the file's ending. `runs/a/step-1/model.json`, `runs/a/step-2/model.json` → `step-1`, `step-2`.
 */
export function checkpointLabels(paths: readonly string[]): string[] {
  if (paths.length === 0) return [];
  const split = paths.map((path) => path.split(/[\\/]+/).filter((part) => part !== '' && part !== '.'));
  const shortest = Math.min(...split.map((parts) => parts.length));
  const [first = []] = split;
  let head = 0;
  while (head < shortest - 1 && split.every((parts) => parts[head] === first[head])) head++;
  let tail = 0;
  while (tail < shortest - 1 - head && split.every((parts) => parts.at(-1 - tail) === first.at(-1 - tail)))
    tail++;
  // A single path, or one name everywhere: the model's own file name says less than its folder.
  const generic = split.every((parts) =>
    /^(model\.(json|onnx|safetensors)|model\.safetensors\.index\.json|pytorch_model\.bin)$/.test(
      parts.at(-1) ?? '',
    ),
  );
  if (split.length === 1) {
    const parts = first.slice(
      generic && first.length > 1 ? -2 : -1,
      generic && first.length > 1 ? -1 : undefined,
    );
    return [withoutEnding(parts.join('/'))];
  }
  return split.map((parts) => withoutEnding(parts.slice(head, parts.length - tail).join('/')));
}

function withoutEnding(name: string): string {
  return name.replace(
    /\.(onnx|safetensors\.index\.json|bin\.index\.json|json|safetensors|pth\.tar|pth?|ckpt|bin)$/i,
    '',
  );
}

/** Order in which people read names with numbers: step-2 before step-10. */
export function naturalOrder(a: string, b: string): number {
  const x = a.split(/(\d+)/);
  const y = b.split(/(\d+)/);
  for (let i = 0; i < Math.max(x.length, y.length); i++) {
    const p = x[i] ?? '';
    const q = y[i] ?? '';
    const byNumber = i % 2 === 1 ? Number(p) - Number(q) : 0;
    if (byNumber !== 0) return byNumber;
    if (p !== q) return p < q ? -1 : 1;
  }
  return 0;
}
