import type { Colour, Paint } from './style.ts';

const STATE_COLOUR: Readonly<Record<string, Colour>> = {
  completed: 'green',
  failed: 'red',
  rejected: 'red',
  cancelled: 'yellow',
  cancelling: 'yellow',
  kept: 'yellow',
  running: 'cyan',
  queued: 'dim',
  released: 'dim',
  unknown: 'dim',
};

/** A state in its colour, padded to `width` first: a colour's codes must not count. */
export const paintState = (paint: Paint, state: string, width = 0): string =>
  paint(STATE_COLOUR[state] ?? 'cyan', state.padEnd(width));
