export interface VersionPlace {
  readonly file: string;
  readonly change: (text: string) => string;
}
export function versionPlaces(version: string, date: string): VersionPlace[];
