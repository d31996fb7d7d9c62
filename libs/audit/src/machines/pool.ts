import type { AnyRecorded } from '@benchbus/events';
import { byName, whole, type Machine } from './machine.ts';

const defined = { BlocksGranted: 'defined', BlocksReleased: 'defined', BlocksOccupied: 'defined' };

export const pool: Machine = {
  of: 'pool',
  key: whole,
  step: byName,
  table: { none: { PoolDefined: 'defined' }, defined },
};

function blocksOf(event: AnyRecorded): readonly { readonly cidr: string; readonly runId?: string }[] {
  if (event.name === 'BlocksGranted') return event.data.grants;
  if (event.name === 'BlocksReleased' || event.name === 'BlocksOccupied') return event.data.blocks;
  return [];
}

/** One block has one holder at a time, and never one while somebody outside uses it. */
export const block: Machine = {
  of: 'block',
  key: (event) => blocksOf(event).map(({ cidr }) => cidr),
  step: byName,
  table: {
    none: { BlocksGranted: 'granted', BlocksOccupied: 'occupied' },
    granted: { BlocksReleased: 'none' },
    occupied: {},
  },
};

/** Whoever gives a block back is who got it. */
export const holding: Machine = {
  of: 'the holding',
  key: (event) => blocksOf(event).flatMap(({ cidr, runId }) => (runId === undefined ? [] : [`${cidr} of ${runId}`])),
  step: byName,
  table: { none: { BlocksGranted: 'granted' }, granted: { BlocksReleased: 'none' } },
};
