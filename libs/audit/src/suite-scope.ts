import { runsOfEvent } from '@benchbus/events';
import type { Check } from './entry.ts';
import type { Finding } from './finding.ts';

export interface SuiteScope extends Check {
  /** Does a finding concern the suite, or the log as a whole? */
  concerns(finding: Finding): boolean;
  /** The same of what something refers to and is not there, where other suites' own aggregates are left out. */
  misses(finding: Finding): boolean;
  /** Is it one of the aggregates that the suite has to itself? */
  owns(subject: string): boolean;
}

/** What of a log is about one suite: its own aggregates, and what was written for it in those it shares. */
export function suiteScope(suiteId: string): SuiteScope {
  const own = new Set([`evt.suite.${suiteId}`]);
  const runs = new Set<string>();
  /** Of its correlation; and of another suite's, in whose facts runs of this one stand beside that one's. */
  const written = new Set<number>();
  const shared = new Set<number>();
  const owns = (subject: string): boolean => {
    const [, aggregate, id = ''] = subject.split('.');
    return own.has(subject) || (['run', 'network', 'deployment', 'edge'].includes(aggregate ?? '') && runs.has(id));
  };
  return {
    take({ event, ce, subject, sequence }) {
      if (event?.name === 'SuiteAccepted' && own.has(subject)) for (const { runId } of event.data.runs) runs.add(runId);
      if (event !== undefined && runsOfEvent(event).some((run) => runs.has(run))) shared.add(sequence);
      if (ce['ce-correlationid'] !== suiteId) return;
      written.add(sequence);
      if (event?.name === 'RunQueued') runs.add(subject.slice('evt.run.'.length));
      if (subject.startsWith('evt.artifact.')) own.add(subject);
    },
    owns,
    concerns: ({ sequence, subject, code }) =>
      written.has(sequence) ||
      shared.has(sequence) ||
      owns(subject) ||
      !subject.startsWith('evt.') ||
      code === 'SEQUENCE_GAP' ||
      code === 'OUT_OF_ORDER',
    misses: ({ sequence, subject }) =>
      subject.startsWith('evt.run.') ? owns(subject) : written.has(sequence) || owns(subject),
  };
}
