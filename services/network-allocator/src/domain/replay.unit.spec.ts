import { recordedLogs } from '@benchbus/events/testing';
import { expect, test } from 'vitest';
import { evolve } from './evolve.ts';
import { initialState } from './state.ts';

test.each(recordedLogs())(
  'hosts, capacities, pools and runs of %s are what they were, after every event',
  (_, events) => {
    const state = initialState();
    const steps = events.map((event) => {
      evolve(state, event);
      const { hosts, capacities, pools, runs } = state;
      const granted = [...capacities.values()].map(({ hostId, grants }) => `${hostId}: ${[...grants.keys()]}`);
      return `${event.sequence} ${event.name}: ${hosts.size} hosts, ${pools.size} pools, runs ${[...runs.keys()]}, ${granted}`;
    });
    expect(steps).toMatchSnapshot();
  },
);
