import { formatDuration } from './format.ts';
import type { Held } from '../domain/run-hold.ts';

/** `nodes pg 127.64.5.4 and load 127.64.5.5; block 127.64.5.0/24 of host-…`. */
export function heldText({ nodes, cidr, hostId }: Held): string {
  const named = nodes.map(({ name, address }) => `${name} ${address}`).join(', ');
  const parts = [
    ...(named === '' ? [] : [`${nodes.length === 1 ? 'node' : 'nodes'} ${named}`]),
    ...(cidr === undefined ? [] : [`block ${cidr}${hostId === undefined ? '' : ` on ${hostId}`}`]),
  ];
  return parts.length === 0 ? 'nothing any more' : parts.join('; ');
}

/** `for another 28 min 03 s`. */
export function keptText(until: string, now: number): string {
  const left = Date.parse(until) - now;
  return left > 0 ? `for another ${formatDuration(left)}` : 'until now';
}
