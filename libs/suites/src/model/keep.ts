import type { RunSettings } from './suite.ts';

/** How long an ended run is kept for a person to look at, in ms. A cancelled run is not kept. */
export function keepMs({ when, forMs }: RunSettings['keep'], ended: 'completed' | 'failed' | 'cancelled'): number {
  if (when === 'never' || ended === 'cancelled') return 0;
  return when === 'always' || ended === 'failed' ? forMs : 0;
}
