import { setTimeout as pause } from 'node:timers/promises';
import { BenchbusError, NoAnswer, problemOf } from '@benchbus/events';
import type { InjectedFault } from '@benchbus/load-tools';
import { namedEffect } from '@benchbus/service';
import { LEADER, type Fault } from '@benchbus/suites';
import type { ProbeWorld } from '../probes/index.ts';
import { readDecision, readRecord, writeDecision, writeRecord, type Decision } from './fault-records.ts';
import type { LoadFaults } from './load-faults.ts';
import { newLeader, whoLeads } from './who-leads.ts';

/** The measured part that the faults belong to. */
export interface Measured {
  /** The attempt's folder. */
  readonly dir: string;
  readonly startedAt: Date;
  readonly durationMs: number;
}

const rest = (ms: number, signal: AbortSignal) =>
  pause(Math.max(0, ms), undefined, { signal }).catch(() => signal.throwIfAborted());

const tooLate = (index: number, reason: string) =>
  new BenchbusError({
    code: 'FAULT_NOT_INJECTED',
    message: `fault ${index} could not be carried out before the measurement ended: ${reason}`,
    where: `faults[${index}]`,
    hint: 'a measurement without its fault is not what the suite asks for: look at the runner of that node',
  });

/** Asks until there is an answer, at most until `untilMs`; `undefined` is none. */
async function insist<T>(
  ask: () => Promise<T | undefined>,
  { untilMs, everyMs, late }: { untilMs: number; everyMs: number; late: () => BenchbusError },
  signal: AbortSignal,
): Promise<T> {
  for (;;) {
    const found = await ask();
    if (found !== undefined) return found;
    if (Date.now() >= untilMs) throw late();
    await rest(everyMs, signal);
  }
}

/** Patroni with its server, or its whole node, is gone; without its server alone it may go on leading. */
const takesTheLead = ({ process }: Fault, { node, leader }: Decision) => process !== 'postgres' && node === leader;

/**
 * Carries out the faults of a test at their times and watches who leads next: each once, whoever was killed meanwhile.
 * @throws BenchbusError FAULT_NOT_INJECTED, or what the node's runner says; the signal's reason
 */
export async function carryOutFaults(
  of: LoadFaults,
  { dir, startedAt, durationMs }: Measured,
  signal: AbortSignal,
): Promise<void> {
  const { faults, plan, credential, limits } = of;
  const world: ProbeWorld = { plan, credential, signal, timeoutMs: limits.probeMs };
  const endMs = startedAt.getTime() + durationMs;
  const everyMs = limits.probeEveryMs;

  const decide = async (index: number, { kill }: Fault): Promise<Decision> => {
    const made = await readDecision(dir, index);
    if (made !== undefined) return made;
    const late = () => tooLate(index, 'nobody led the cluster');
    const leader =
      kill === LEADER
        ? await insist(() => whoLeads(world), { untilMs: endMs, everyMs, late }, signal)
        : await whoLeads(world);
    const node = kill === LEADER ? (leader ?? '') : kill;
    const now = { node, ...(leader === undefined ? {} : { leader }), decidedMs: Date.now() };
    await namedEffect('fault-decision', () => writeDecision(dir, index, now));
    return now;
  };

  const inject = async (index: number, { node, decidedMs }: Decision): Promise<InjectedFault> => {
    let reason = '';
    const answer = async () => {
      try {
        return await of.inject(index, node);
      } catch (error) {
        if (!(error instanceof NoAnswer)) throw error;
        reason = problemOf(error).message;
        return undefined;
      }
    };
    const late = () => tooLate(index, `the runner of node ${node} does not answer (${reason})`);
    const { at } = await insist(answer, { untilMs: endMs, everyMs, late }, signal);
    const clamped = withinQuestion(at, decidedMs, Date.now());
    if (Date.parse(clamped) >= endMs) throw tooLate(index, 'it was asked for too late');
    return { index, kind: 'kill', node, at: clamped };
  };

  for (const [index, fault] of faults.entries()) {
    await rest(startedAt.getTime() + fault.atMs - Date.now(), signal);
    const decision = await decide(index, fault);
    const before = await readRecord(dir, index);
    const done = before ?? (await inject(index, decision));
    await writeRecord(dir, done);
    if (done.newLeader !== undefined || !takesTheLead(fault, decision)) continue;
    const nextMs = startedAt.getTime() + (faults[index + 1]?.atMs ?? durationMs);
    let looks = 0;
    while (Date.now() < nextMs) {
      const leader = await newLeader(decision.node, world);
      const seenMs = Date.now();
      looks += 1;
      if (leader !== undefined) {
        // A runner that was away when it happened cannot say when.
        const unseen = before !== undefined && looks === 1;
        const took = unseen ? {} : { timeToNewLeaderMs: Math.max(0, seenMs - Date.parse(done.at)) };
        await writeRecord(dir, { ...done, newLeader: leader, ...took });
        break;
      }
      await rest(Math.min(everyMs, nextMs - Date.now()), signal);
    }
  }
}

/** The node's clock may be another one: it was dead after it was asked for, and before the answer came. Pure. */
export function withinQuestion(at: string, askedMs: number, answeredMs: number): string {
  return new Date(Math.min(Math.max(Date.parse(at), askedMs), answeredMs)).toISOString();
}
