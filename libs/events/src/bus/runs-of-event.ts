import type { AnyRecorded } from './recorded-event.ts';
import { parseSubject } from './subjects.ts';

const BY_RUN = new Set(['run', 'network', 'deployment', 'edge']);

/** The runs an event belongs to: from its subject, or from what it says. Empty for a suite's or a host's own facts. */
export function runsOfEvent(event: AnyRecorded): readonly string[] {
  const subject = parseSubject(event.subject);
  const [id] = subject?.ids ?? [];
  if (subject && id !== undefined && BY_RUN.has(subject.aggregate)) return [id];
  const { data } = event;
  if ('runId' in data && typeof data.runId === 'string') return [data.runId];
  if ('runIds' in data) return data.runIds;
  if ('grants' in data) return data.grants.map((grant) => grant.runId);
  if (event.name === 'BlocksReleased') return event.data.blocks.map((block) => block.runId);
  return [];
}
