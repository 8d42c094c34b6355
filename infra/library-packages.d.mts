export function libraryPackages(root: string): string[];
