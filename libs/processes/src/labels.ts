import { commandOf } from './describe.ts';
import { environmentOf, findByEnvironment } from './environment.ts';
import type { ProcessId } from './process-id.ts';
import { identify } from './process-id.ts';

/** Labels are plain environment variables, readable in /proc/<pid>/environ by the same user and root. */
export interface LabelledProcess extends ProcessId {
  readonly installation: string;
  readonly run: string | undefined;
  readonly node: string | undefined;
  /** Incarnation of the log it was started for. */
  readonly incarnation: string | undefined;
  readonly command: string;
}

/** Every process of a stack carries it; the edge runners it leads to do not. */
export const STACK_LABEL = 'BENCHBUS_STACK';
const LABELS = [STACK_LABEL, 'BENCHBUS_INSTALLATION', 'BENCHBUS_RUN', 'BENCHBUS_NODE'];

/** This process' labels, for its helpers: what outlives a killed parent for a moment can be told whose it is. */
export const ownLabels = (): Record<string, string> =>
  Object.fromEntries(
    LABELS.flatMap((name) => {
      const value = process.env[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );

/** A process' labels, or undefined if it has none (or is dead, or another user's). */
export function labelsOf(pid: number): LabelledProcess | undefined {
  const id = identify(pid);
  const environment = environmentOf(pid);
  const installation = environment?.get('BENCHBUS_INSTALLATION');
  if (id === undefined || environment === undefined || installation === undefined) return undefined;
  return {
    ...id,
    installation,
    run: environment.get('BENCHBUS_RUN'),
    node: environment.get('BENCHBUS_NODE'),
    incarnation: environment.get('BENCHBUS_FENCE')?.split(':')[0],
    command: commandOf(pid),
  };
}

/** Everything of an installation but this process. */
export const labelledProcesses = (installation: string): LabelledProcess[] =>
  findByEnvironment({ BENCHBUS_INSTALLATION: installation }).flatMap(({ pid }) => labelsOf(pid) ?? []);
