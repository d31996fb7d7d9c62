import {
  BenchbusError,
  decideAndAppend,
  subjects,
  type Again,
  type AnyRequest,
  type DeadLetter,
  type EventLog,
} from '@benchbus/events';
import { normaliseSuite, token } from '@benchbus/suites';
import type { Logger } from 'pino';
import { intake } from '../domain/intake.ts';
import type { Reactor } from './reactor.ts';

/** How long a cancel waits for the suite it names: requests are handled in no particular order. */
const CANCEL_WAITS_MS = 10_000;

export interface RequestOptions {
  readonly log: EventLog;
  readonly reactor: Pick<Reactor, 'release'>;
  readonly logger: Logger;
  readonly clock: () => number;
}

/** Turns a client's request into facts; throws a coded error for one that cannot be (it is parked). */
export async function handleRequest(request: AnyRequest, options: RequestOptions): Promise<void | Again> {
  const { log, reactor, logger, clock } = options;
  const { suiteId } = request;
  const subject = subjects.suite(suiteId);
  if (request.name === 'SuiteRequested') {
    const first = await decideAndAppend(log, subject, (history) =>
      history.length > 0 ? undefined : intake(request, normaliseSuite(request.data.suite)),
    );
    const existing = first ?? (await log.read(subject))[0];
    const requestId =
      existing?.name === 'SuiteAccepted' || existing?.name === 'SuiteRejected' ? existing.data.requestId : '';
    if (requestId !== request.id) throw suiteIdTaken(suiteId);
    logger.info({ suite: suiteId, outcome: existing?.name }, 'suite requested');
    return undefined;
  }
  const history = await log.read(subject);
  const accepted = history.find((event) => event.name === 'SuiteAccepted');
  if (!accepted) {
    if (history.length > 0) return undefined;
    if (clock() - Date.parse(request.time) < CANCEL_WAITS_MS) return { againInMs: 500 };
    throw new BenchbusError({ code: 'SUITE_UNKNOWN', message: `there is no suite ${suiteId}`, where: subject });
  }
  if (request.name === 'SuiteCancelRequested') {
    const { reason } = request.data;
    await decideAndAppend(log, subject, (events) =>
      events.some((event) => event.name !== 'SuiteAccepted')
        ? undefined
        : { name: 'SuiteCancelling', subject, data: { reason }, cause: accepted.id, correlation: suiteId },
    );
    return undefined;
  }
  const asked = request.data.runId;
  for (const { runId } of accepted.data.runs) if (asked === undefined || asked === runId) await reactor.release(runId);
  return undefined;
}

const suiteIdTaken = (suiteId: string) =>
  new BenchbusError({
    code: 'SUITE_ID_TAKEN',
    message: `another request made suite ${suiteId} already`,
    where: subjects.suite(suiteId),
    hint: 'publish to request.suite.<id> with an id of its own',
  });

/** A request that no schema fits was parked: its suite, if it has a usable id and does not exist, is rejected, so that nobody waits for ever. */
export async function rejectParked(letter: DeadLetter, log: EventLog): Promise<void> {
  const suiteId = letter.subject.split('.')[2] ?? '';
  if (!token.safeParse(suiteId).success || letter.problem.code === 'SUITE_UNKNOWN') return;
  const requestId = letter.headers['ce-id'] ?? `${letter.stream}:${letter.sequence}`;
  await decideAndAppend(log, subjects.suite(suiteId), (history) =>
    history.length > 0 ? undefined : intake({ id: requestId, suiteId }, { ok: false, problems: [letter.problem] }),
  );
}
