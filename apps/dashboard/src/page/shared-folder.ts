/** What several labels begin with, up to a slash: the training, which stands above. A narrow select would show nothing else. */
export function sharedFolder(labels: readonly string[]): string {
  const [first = ''] = labels;
  let folder = labels.length < 2 ? '' : first.slice(0, first.lastIndexOf('/') + 1);
  while (folder !== '' && !labels.every((label) => label.startsWith(folder)))
    folder = folder.slice(0, folder.lastIndexOf('/', folder.length - 2) + 1);
  return folder;
}
