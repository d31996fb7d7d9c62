import { nextStep } from './decide-grants.ts';
import { impossible, type Problem } from './impossible.ts';
import { answer, isLiving, networkOf, type Intent, type Rules } from './intent.ts';
import { freeOf, hostsOf, offerOf } from './placement.ts';
import { poolSubject } from './announced.ts';
import type { Pool } from './pool.ts';
import { openRequest, type Host, type NetworkRequest, type Run, type State } from './state.ts';

/** Requests that can never be met by the hosts there are, and those whose time is over. */
export function decideRejections(state: State, now: number, rules: Rules): Intent[] {
  const late: Run[] = [];
  for (const run of state.work.deadlines) {
    if ((run.request?.deadlineAt ?? 0) > now) break;
    late.push(run);
  }
  return [...new Set([...state.work.hopeless, ...late])].flatMap((run) => {
    const request = openRequest(run);
    if (request === undefined || rules.busy?.has(networkOf(run)) === true) return [];
    // What was granted is used, even a little late: giving it back would help nobody.
    if (hasNextStep(state, run, request, now - rules.quarantineMs)) return [];
    const problem = impossible(state, request) ?? tooLate(state, request, now, rules);
    return [answer(run, request, { name: 'NetworkRejected', data: { attempt: request.attempt, problem } })];
  });
}

function hasNextStep(state: State, run: Run, request: NetworkRequest, cooled: number): boolean {
  const step = nextStep(state, { run, request });
  return step !== undefined && ('reserve' in step || freeOf(state, step.block, cooled) > 0);
}

/**
 * When to decide again, in ms since the epoch, after `now`: a request runs out of time, a block leaves its quarantine, or one that
 * was found taken is taken for free.
 */
export function nextDeadline(state: State, now: number, { quarantineMs, takenMs }: Rules): number | undefined {
  const deadlines: number[] = [];
  for (const run of state.work.deadlines) {
    const deadline = run.request?.deadlineAt ?? 0;
    if (deadline <= now) continue;
    deadlines.push(deadline);
    break;
  }
  if (state.work.waiting.size + state.work.progress.size > 0)
    for (const pool of state.pools.values()) {
      const released = pool.releasedFirst(now - quarantineMs);
      if (released !== undefined) deadlines.push(released + quarantineMs);
    }
  for (const pool of state.pools.values()) {
    const found = pool.foundAfter(now - takenMs);
    if (found !== undefined) deadlines.push(found + takenMs);
  }
  return deadlines.length === 0 ? undefined : Math.min(...deadlines);
}

function tooLate(state: State, request: NetworkRequest, now: number, rules: Rules): Problem {
  const where = `target ${request.target}`;
  const cooled = now - rules.quarantineMs;
  const hosts = hostsOf(state, request);
  if (!hosts.some(({ hostId }) => isLiving(rules, hostId))) {
    const there = [...state.hosts.values()].map((host) => {
      const targets = host.targets.map(({ name }) => name).join(', ') || 'no target';
      return `${host.hostname} (${targets}${isLiving(rules, host.hostId) ? '' : '; away'})`;
    });
    return {
      code: 'NO_HOST',
      message: `no host offered target ${request.target} until ${request.deadline}; there were: ${there.join(', ') || 'none'}`,
      where,
      hint:
        hosts.length === 0
          ? `start a provisioner for target ${request.target}`
          : 'start the provisioner of a host that is away; `benchbus hosts list` shows them',
    };
  }
  const states = hosts.map((host) =>
    isLiving(rules, host.hostId)
      ? `${host.hostname} ${whatOf(state, host, request, cooled)}`
      : `${host.hostname} was away: its provisioner gave no sign of life`,
  );
  return {
    code: 'QUEUE_TIMEOUT',
    message: `no host and block became free until ${request.deadline}: ${states.join('; ')}`,
    where,
    hint: 'wait longer (timeouts.queue), or allow runs to share a host (sharing: allowed)',
  };
}

function whatOf(state: State, host: Host, request: NetworkRequest, cooled: number): string {
  const runs = [...(state.capacities.get(host.hostId)?.grants.keys() ?? [])];
  const used = `was used by ${runs.slice(0, 5).join(', ')}${runs.length > 5 ? ` and ${runs.length - 5} more` : ''}`;
  const offer = offerOf(host, request);
  const pool = state.pools.get((offer && poolSubject(host.hostId, offer)) ?? '');
  const full = pool !== undefined && freeOf(state, pool, cooled) <= 0 ? exhausted(pool, cooled) : undefined;
  if (runs.length === 0) return full ?? 'had no free block';
  return full === undefined ? used : `${used}, and ${full}`;
}

const exhausted = (pool: Pool, cooled: number): string =>
  `had no free block: of ${pool.blocks} of ${pool.cidr} ${pool.granted} are reserved, ${pool.quarantined(cooled)} just ` +
  `released, ${pool.occupied + pool.free(cooled)} used by others`;
