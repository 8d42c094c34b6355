/** Whether there is anything to release. */
export function hasUnreleased(text: string): boolean;
export function cutChangelog(text: string, version: string, date: string): string;
