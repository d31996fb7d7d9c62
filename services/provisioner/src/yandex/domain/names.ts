import { createHash } from 'node:crypto';

/** What is made of a run in Yandex Cloud is named after these; names are unique in a folder of the cloud. */
export interface RunName {
  readonly installation: string;
  readonly runId: string;
}

const LONGEST = 63;
const DIGEST = 8;

const digest = (...parts: readonly string[]): string =>
  createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, DIGEST);

/**
 * `benchbus-<parts>-<digest>`: lower-case letters, digits and dashes, at most `longest`. The digest tells apart what reads the
 * same (`a-b` of `c`, `a` of `b-c`), or was cut: what is found by such a name is this run's.
 */
function nameOf(longest: number, ...parts: readonly string[]): string {
  const readable = `benchbus-${parts.join('-')}`.toLowerCase().replace(/[^a-z0-9-]/g, '-');
  return `${readable.slice(0, longest - DIGEST - 1).replace(/-+$/, '')}-${digest(...parts)}`;
}

/** Longest beginning that leaves room for `-subnet` and `-group`. */
const PREFIX_LONGEST = 56;

/** What the names of a run's subnet and security group begin with. */
export const runPrefix = ({ installation, runId }: RunName): string => nameOf(PREFIX_LONGEST, installation, runId);

export const subnetName = (run: RunName): string => `${runPrefix(run)}-subnet`;
export const groupName = (run: RunName): string => `${runPrefix(run)}-group`;

/** Name of a node's machine, and of its host. */
export const machineName = ({ installation, runId }: RunName, node: string): string =>
  nameOf(LONGEST, installation, runId, node);

/** A label's value has lower-case letters, digits, dashes and underscores, at most 63. */
export function labelValue(text: string): string {
  const clean = text.toLowerCase().replace(/[^-_a-z0-9]/g, '-');
  return clean === text && text.length <= LONGEST ? text : `${clean.slice(0, LONGEST - DIGEST - 1)}_${digest(text)}`;
}
