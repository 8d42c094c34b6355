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
