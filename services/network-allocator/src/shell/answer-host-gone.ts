import {
  BenchbusError,
  hostGone,
  subjects,
  VersionConflict,
  type EventBus,
  type EventLog,
  type Liveness,
} from '@benchbus/events';
import type { Logger } from 'pino';
import { decideLoss } from '../domain/decide-loss.ts';
import type { Projection } from './projection.ts';

export interface HostGoneOptions {
  readonly bus: Pick<EventBus, 'log' | 'liveness' | 'questions'>;
  readonly projection: Projection;
  readonly logger: Logger;
  /** How long an event may take from the log to the projection. */
  readonly catchUpMs: number;
  readonly signal: AbortSignal;
}

/** Others append to the host's capacity, too: so often is decided anew. */
const TRIES = 20;

/** Lets an operator say that a host is gone for good: what nobody else can know. One is not that gives a sign of life, or whose runners do. */
export const answerHostGone = (options: HostGoneOptions): Promise<{ stop(): Promise<void> }> =>
  options.bus.questions.answer(hostGone, async ({ hostId, reason }) => {
    const { bus, logger } = options;
    const { announced, left } = await lastAnnouncement(bus.log, hostId);
    if ((await bus.liveness.holder(`host.${hostId}`)) !== undefined) throw livesItself(announced.data.hostname, hostId);
    const runIds = await lose(options, hostId, reason, announced.id);
    logger.warn({ host: hostId, reason, runs: runIds }, 'an operator says that a host is gone for good');
    const { hostname } = announced.data;
    if (runIds !== undefined) return { hostname, runIds, already: false };
    return { hostname, runIds: [], already: true, ...(left ? { left } : {}) };
  });

/** The runs that are lost with it; undefined: somebody has said so before. */
async function lose(
  { bus, projection, catchUpMs, signal }: HostGoneOptions,
  hostId: string,
  reason: string,
  announced: string,
): Promise<string[] | undefined> {
  for (let attempt = 1; ; attempt += 1) {
    const loss = decideLoss(projection.state, hostId, reason, announced);
    if (loss === undefined) return undefined;
    const { draft, expected } = loss;
    await refuseWhereRunnersLive(bus.liveness, hostId, draft.data.runIds);
    try {
      return [...(await bus.log.append(draft, expected)).event.data.runIds];
    } catch (error) {
      if (!(error instanceof VersionConflict) || attempt >= TRIES) throw error;
      await projection.movedOn(draft.subject, expected, catchUpMs, signal);
    }
  }
}

/** A provisioner may have crashed alone: then its runs' databases and runners go on, on what this would give to others. */
async function refuseWhereRunnersLive(
  liveness: Pick<Liveness, 'holders'>,
  hostId: string,
  runIds: readonly string[],
): Promise<void> {
  for (const runId of runIds) {
    const [runner] = (await liveness.holders(`edge.${runId}.`)).keys();
    if (runner === undefined) continue;
    throw lives(`the edge runner ${runner.slice('edge.'.length)} gives a sign of life`, hostId, {
      hint: 'start its provisioner again, or stop the machine; of one that has just died the last sign fades within 15 s',
    });
  }
}

async function lastAnnouncement(log: EventLog, hostId: string) {
  const history = await log.read(subjects.host(hostId));
  const announced = history.findLast((event) => event.name === 'HostAnnounced');
  if (announced?.name === 'HostAnnounced') return { announced, left: history.at(-1)?.name === 'HostLeft' };
  throw new BenchbusError(
    { code: 'HOST_UNKNOWN', message: `no host ${hostId} was ever announced`, hint: '`benchbus hosts list` shows them' },
    { permanent: true },
  );
}

const livesItself = (hostname: string, hostId: string): BenchbusError =>
  lives(`${hostname} gives a sign of life`, hostId, {
    hint: 'stop its provisioner first; of one that has just died the last sign fades within 15 s',
  });

const lives = (sign: string, hostId: string, { hint }: { readonly hint: string }): BenchbusError =>
  new BenchbusError(
    { code: 'HOST_LIVES', message: `${sign}: the host is not gone`, where: `host ${hostId}`, hint },
    { permanent: true },
  );
