export interface VersionPlace {
  readonly file: string;
  change(text: string): string;
}
export function versionPlaces(version: string, date: string): VersionPlace[];
