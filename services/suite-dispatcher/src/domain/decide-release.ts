import type { AnyDraft } from '@benchbus/events';
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
  /** Somebody asked to end the keep time. */
  readonly asked: boolean;
}

/** The release of an ended run: keep time → RunReleaseRequested → deployment and network gone → RunReleased. */
export function decideRelease(view: RunView, { now, releaseTimeoutMs, asked }: ReleaseOptions): ReleaseStep {
  const { queued, ended, releaseRequested, released, overdue, networkRequested, deploymentRequested } = view.run;
  if (!queued || !ended || released) return { kind: 'nothing' };
  if (!networkRequested) {
    return { kind: 'append', draft: { ...ofRun(view, ended.id), name: 'RunReleased', data: {} } };
  }
  if (!releaseRequested) {
    const keepUntil = Date.parse(ended.time) + keepMs(view);
    if (!asked && now < keepUntil) return { kind: 'later', at: keepUntil };
    const reason = asked ? ('asked' as const) : keepMs(view) > 0 ? ('keep-over' as const) : ('ended' as const);
    const data = { reason, deadline: iso(now + releaseTimeoutMs) };
    return { kind: 'append', draft: { ...ofRun(view, ended.id), name: 'RunReleaseRequested', data } };
  }
  const left = [
    ...(deploymentRequested && !view.destroyed ? ['deployment'] : []),
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

/** How long the ended run is kept for a person to look at, in ms. A cancelled run is not kept. */
function keepMs(view: RunView): number {
  const keep = view.run.queued?.data.settings.keep;
  const ended = view.run.ended?.name;
  if (!keep || keep.when === 'never' || ended === 'RunCancelled') return 0;
  return keep.when === 'always' || ended === 'RunFailed' ? keep.forMs : 0;
}
