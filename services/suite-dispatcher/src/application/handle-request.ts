import {
  BenchbusError,
  decideAndAppend,
  REQUESTS,
  subjects,
  type Again,
  type AnyRequest,
  type DeadLetter,
  type EventBus,
  type EventLog,
} from '@benchbus/events';
import {
  costProblems,
  mayHoldSecrets,
  normaliseSuite,
  token,
  type ParsedSuite,
  type PriceTable,
} from '@benchbus/suites';
import { namedEffect } from '@benchbus/service';
import type { Logger } from 'pino';
import { earlyCancel } from '../domain/early-cancel.ts';
import { intake, rejectedByCancel } from '../domain/intake.ts';
import { handleCancel, suiteUnknown, type CancelOptions } from './handle-cancel.ts';
import type { Reactor } from './reactor.ts';

export interface RequestOptions extends CancelOptions {
  readonly bus: Pick<EventBus, 'log' | 'requestsOf' | 'forgetRequest'>;
  readonly reactor: Pick<Reactor, 'release'>;
  readonly logger: Logger;
  /** What machines cost here; undefined: nobody said. */
  readonly prices?: PriceTable | undefined;
}

/** Turns a client's request into facts; throws a coded error for one that cannot be (it is parked). */
export async function handleRequest(request: AnyRequest, options: RequestOptions): Promise<void | Again> {
  const { bus, reactor, logger, cancelWaitsMs } = options;
  const { log } = bus;
  const { suiteId } = request;
  const subject = subjects.suite(suiteId);
  if (request.name === 'SuiteCancelRequested') return handleCancel(request, options);
  if (request.name === 'SuiteRequested') {
    const parsed = affordable(normaliseSuite(request.data.suite), options.prices);
    const cancel = earlyCancel(await bus.requestsOf(suiteId), request.id, cancelWaitsMs);
    const first = await decideAndAppend(log, subject, (history) => {
      if (history.length > 0) return undefined;
      return cancel ? rejectedByCancel(request, cancel) : intake(request, parsed, request.data.rerunOf);
    });
    const existing = first ?? (await log.read(subject))[0];
    const requestId =
      existing?.name === 'SuiteAccepted' || existing?.name === 'SuiteRejected' ? existing.data.requestId : '';
    if (requestId !== request.id) throw suiteIdTaken(suiteId);
    // Its problems are in the log; its text, which may hold what nobody knew to be a secret, is of no more use.
    if (existing?.name === 'SuiteRejected') await erase(bus, request.sequence);
    logger.info({ suite: suiteId, outcome: existing?.name }, 'suite requested');
    return;
  }
  const history = await log.read(subject);
  const accepted = history.find((event) => event.name === 'SuiteAccepted');
  if (!accepted) {
    if (history.length > 0) return;
    // Requests are handled in no particular order: the suite may come yet, so this is tried again before it is parked.
    throw suiteUnknown(suiteId);
  }
  const asked = request.data.runId;
  let again: Again | undefined;
  for (const { runId } of accepted.data.runs) {
    if (asked === undefined || asked === runId) again = (await reactor.release(runId)) ?? again;
  }
  return again;
}

/** A suite that may cost more than it allows itself is as wrong as one that cannot be read. */
function affordable(parsed: ParsedSuite, prices: PriceTable | undefined): ParsedSuite {
  const problems = parsed.ok ? costProblems(parsed.suite, prices) : [];
  return problems.length === 0 ? parsed : { ok: false, problems };
}

const suiteIdTaken = (suiteId: string) =>
  new BenchbusError(
    {
      code: 'SUITE_ID_TAKEN',
      message: `another request made suite ${suiteId} already`,
      where: subjects.suite(suiteId),
      hint: 'publish to request.suite.<id> with an id of its own',
    },
    { permanent: true },
  );

/**
 * What becomes of a request that was parked. A SuiteRequested that no schema fits: its suite, if there is none of this id,
 * is rejected, so that nobody waits for ever. The message is erased from REQUESTS where a suite was rejected for it, and
 * where it cannot be shown to be free of secrets; any other stays, to be looked at.
 */
export async function settleParked(letter: DeadLetter, bus: Pick<EventBus, 'log' | 'forgetRequest'>): Promise<void> {
  const rejected = await rejectParked(letter, bus.log);
  if (rejected || mayHoldSecrets(letter.body)) await erase(bus, letter.sequence);
}

const erase = (bus: Pick<EventBus, 'forgetRequest'>, sequence: number): Promise<void> =>
  namedEffect('request-erase', () => bus.forgetRequest(sequence));

async function rejectParked(letter: DeadLetter, log: EventLog): Promise<boolean> {
  const suiteId = letter.subject.split('.')[2] ?? '';
  if (letter.headers['ce-type'] !== REQUESTS.SuiteRequested.type || !token.safeParse(suiteId).success) return false;
  const requestId = letter.headers['ce-id'] ?? `${letter.stream}:${letter.sequence}`;
  const subject = subjects.suite(suiteId);
  const first = await decideAndAppend(log, subject, (history) =>
    history.length > 0 ? undefined : intake({ id: requestId, suiteId }, { ok: false, problems: [letter.problem] }),
  );
  const existing = first ?? (await log.read(subject))[0];
  return existing?.name === 'SuiteRejected' && existing.data.requestId === requestId;
}
