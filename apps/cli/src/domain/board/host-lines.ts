import { BenchbusError } from '@benchbus/events';
import type { Board } from './board.ts';
import { viewHost, type HostView } from './views.ts';

/** `left`: it said so itself, or an operator that it is gone for good. */
export type HostState = 'living' | 'away' | 'left';

export interface HostLine extends Omit<HostView, 'present' | 'away'> {
  readonly state: HostState;
}

/** Hosts the log knows, those that left last. */
export function hostsOf(board: Board): HostLine[] {
  const lines = [...board.hosts.values()].map((host): HostLine => {
    const { present, away, ...view } = viewHost(board, host);
    return { ...view, state: away ? 'away' : present ? 'living' : 'left' };
  });
  return lines.toSorted((a, b) => Number(a.state === 'left') - Number(b.state === 'left'));
}

/** @param name its id, or the name of its machine where one host has it */
export function findHost(board: Board, name: string): HostLine {
  const all = hostsOf(board);
  const byId = all.filter(({ hostId }) => hostId === name);
  const [found, ...others] = byId.length > 0 ? byId : all.filter(({ hostname }) => hostname === name);
  if (found !== undefined && others.length === 0) return found;
  const ids = found && [found, ...others].map(({ hostId }) => hostId).join(', ');
  throw new BenchbusError({
    code: 'HOST_UNKNOWN',
    message: ids === undefined ? `there is no host ${name}` : `several hosts are called ${name}: ${ids}`,
    hint: 'benchbus hosts list shows them; say the id of one',
  });
}
