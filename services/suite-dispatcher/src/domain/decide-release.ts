import type { AnyDraft } from '@benchbus/events';
import { keepMs } from '@benchbus/suites';
import { iso, ofRun } from './drafts.ts';
import type { RunView } from './run-view.ts';

export type ReleaseStep =
  | { readonly kind: 'append'; readonly draft: AnyDraft }
  /** Nothing to do before this time (ms since the epoch), unless an event comes. */
  | { readonly kind: 'later'; readonly at: number }
  | { readonly kind: 'nothing' };

export interface ReleaseOptions {
  readonly now: number;
  readonly releaseTimeoutMs: number;
  /** Ends the keep time: somebody asked for it, or the suite is being cancelled. */
  readonly endKeep?: 'asked' | 'cancelled' | undefined;
}

/**
 * The release of an ended run: artifacts of a failed workload stored, keep time over → RunReleaseRequested → deployment and
 * network gone → RunReleased.
 */
export function decideRelease(view: RunView, { now, releaseTimeoutMs, endKeep }: ReleaseOptions): ReleaseStep {
  const { queued, ended, releaseRequested, released, overdue, networkRequested, deploymentRequested } = view.run;
  if (!queued || !ended || released) return { kind: 'nothing' };
  if (!networkRequested) {
    return { kind: 'append', draft: { ...ofRun(view, ended.id), name: 'RunReleased', data: {} } };
  }
  if (!releaseRequested) {
    const until = Date.parse(ended.time) + Math.max(endKeep ? 0 : keptMs(view), evidenceMs(view));
    if (now < until) return { kind: 'later', at: until };
    const reason = endKeep ?? (keptMs(view) > 0 ? ('keep-over' as const) : ('ended' as const));
    const data = { reason, deadline: iso(now + releaseTimeoutMs) };
    return { kind: 'append', draft: { ...ofRun(view, ended.id), name: 'RunReleaseRequested', data } };
  }
  const left = [
    ...(deploymentRequested && !view.destroyed && !view.lost ? ['deployment'] : []),
    ...(view.networkReleased ? [] : ['network']),
  ];
  if (left.length === 0) {
    return { kind: 'append', draft: { ...ofRun(view, releaseRequested.id), name: 'RunReleased', data: {} } };
  }
  if (overdue) return { kind: 'nothing' };
  const deadline = Date.parse(releaseRequested.data.deadline);
  if (now < deadline) return { kind: 'later', at: deadline };
  return { kind: 'append', draft: { ...ofRun(view, releaseRequested.id), name: 'RunReleaseOverdue', data: { left } } };
}

const OUTCOME = { RunCompleted: 'completed', RunFailed: 'failed', RunCancelled: 'cancelled' } as const;

const keptMs = ({ run: { queued, ended } }: RunView): number =>
  queued && ended ? keepMs(queued.data.settings.keep, OUTCOME[ended.name]) : 0;

/** How long the nodes stay for what a failed workload left: until it is stored, at most the time artifacts have, in ms. */
function evidenceMs(view: RunView): number {
  if (view.run.ended?.name !== 'RunFailed') return 0;
  const attempt = view.run.stages.workload?.data.attempt ?? 0;
  const claims = [...view.edges.values()].flatMap((edge) => edge.workload.get(attempt)?.data.artifacts ?? []);
  const missing = claims.some(({ artifactId }) => !view.artifacts.has(artifactId));
  return missing ? (view.run.queued?.data.settings.timeouts.artifactsMs ?? 0) : 0;
}
