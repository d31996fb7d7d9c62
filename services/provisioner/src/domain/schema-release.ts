/** Written by a node's runner, in its folder, as long as a database that is not ours may hold a schema of its run. */
export const SCHEMA_MARKER = 'external-schema.json';

/** BENCHBUS_EDGE_TASK of a runner that is started to drop that schema alone. */
export const RELEASE_SCHEMA = 'release-schema';

export interface TaskEnd {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const lastLine = (text: string): string => text.trim().split('\n').at(-1) ?? '';

export const stillThere = (why: string): string[] => [
  `nothing: schema benchbus is still in the external database (${why})`,
];

/** What NodeDestroyed says of it: what was dropped, nothing where there was none, or that it is still there. Pure. */
export const releaseTold = ({ code, stdout, stderr }: TaskEnd): string[] => {
  if (code !== 0) return stillThere(lastLine(stderr));
  return stdout.trim() === '' ? [] : [lastLine(stdout)];
};
