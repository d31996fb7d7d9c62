import type { Restored } from '@benchbus/events';
import { formatCount } from './format.ts';
import { utcTime } from './list-text.ts';

export function restoredText({ streams, takenAt, incarnation, newIncarnation }: Restored): string {
  const counts = streams.map(({ name, messages }) => `${formatCount(messages)} of ${name}`).join(', ');
  return `restored ${counts}, as of ${utcTime(takenAt)}\nlog ${incarnation} goes on as ${newIncarnation}`;
}
