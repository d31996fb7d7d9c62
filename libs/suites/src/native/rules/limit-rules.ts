import { valueAt } from '../../parse/field-path.ts';
import type { Finding } from '../../parse/finding.ts';
import { formatDuration, parseDuration } from '../duration.ts';
import { wrong } from './read.ts';

const durationAt = (document: unknown, path: readonly string[]): number | undefined => {
  const text = valueAt(document, [...path]);
  return typeof text === 'string' ? parseDuration(text) : undefined;
};

/** What is kept for a look counts. @param longestMs of the measurements of one run */
export function limitRules(document: unknown, longestMs: number): Finding[] {
  const limit = durationAt(document, ['maxLifetime']);
  if (limit === undefined) return [];
  const isKept = ['on-failure', 'always'].includes(String(valueAt(document, ['keep', 'when'])));
  const kept = isKept ? (durationAt(document, ['keep', 'for']) ?? 0) : 0;
  const least = longestMs + kept;
  if (limit > least) return [];
  const text = `no longer than the measurements of a run${kept > 0 ? ' and the keep time' : ''}; allowed is more than ${formatDuration(least)}`;
  return [wrong(['maxLifetime'], text)];
}
