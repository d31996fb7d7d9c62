import type { AnyRecorded } from '@benchbus/events';
import { byName, steps, whole, type Machine } from './machine.ts';

const defined = steps(['BlocksGranted', 'BlocksReleased', 'BlocksOccupied', 'BlocksVacated'], 'defined');

export const pool: Machine = {
  of: 'pool',
  key: whole,
  step: byName,
  table: { none: { PoolDefined: 'defined' }, defined },
};

function blocksOf(event: AnyRecorded): readonly { readonly cidr: string; readonly runId?: string }[] {
  if (event.name === 'BlocksGranted') return event.data.grants;
  return 'blocks' in event.data ? event.data.blocks : [];
}

/** One block has one holder at a time, and never one while somebody outside uses it. */
export const block: Machine = {
  of: 'block',
  key: (event) => blocksOf(event).map(({ cidr }) => cidr),
  step: byName,
  table: {
    none: { BlocksGranted: 'granted', BlocksOccupied: 'occupied' },
    granted: { BlocksReleased: 'none' },
    occupied: { BlocksVacated: 'none' },
  },
};

/** Whoever gives a block back is who got it. */
export const holding: Machine = {
  of: 'the holding',
  key: (event) => blocksOf(event).flatMap(({ cidr, runId }) => (runId === undefined ? [] : [`${cidr} of ${runId}`])),
  step: byName,
  table: { none: { BlocksGranted: 'granted' }, granted: { BlocksReleased: 'none' } },
};
