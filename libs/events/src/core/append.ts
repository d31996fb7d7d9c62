import { BenchbusError, NatsUnreachable, VersionConflict } from '../bus/errors.ts';
import type { Appended } from '../bus/event-log.ts';
import type { AnyRecorded, Draft } from '../bus/recorded-event.ts';
import { attributesOf } from '../envelope/attributes.ts';
import type { Catalogue } from '../envelope/catalogue.ts';
import { encodeEvent, type CheckedDraft, type EncodedEvent } from '../envelope/encode.ts';
import { UnreadableMessage } from '../envelope/refused.ts';
import type { StoredMessage } from '../envelope/stored-message.ts';
import type { EventName } from '../schemas/catalog.ts';
import { NO_FACT, type KnownTips, type TipOfAggregate } from './known-tips.ts';
import type { LogStore } from './log-store.ts';
import { anchorOf, type Placed } from '../tracing/anchors.ts';
import type { SuiteTraces } from '../tracing/suite-traces.ts';
import { traceparentOf } from '../tracing/traceparent.ts';
import { activeTraceparent } from './trace.ts';

export interface AppendContext {
  readonly store: LogStore;
  readonly source: string;
  readonly catalogue: Catalogue;
  readonly tips: KnownTips;
  readonly traces: SuiteTraces;
  readonly onAppend?: ((phase: 'before' | 'after', draft: Draft) => void) | undefined;
}

const isReadable = ({ decode }: Catalogue, stored: StoredMessage): boolean => {
  try {
    decode(stored);
    return true;
  } catch (error) {
    // An event of a newer version is a fact like any other; only rubbish is passed over.
    return !(error instanceof UnreadableMessage);
  }
};

/** What the next event continues: the last fact, and the version the server knows (rubbish behind it included). */
interface Tip {
  readonly fact: TipOfAggregate;
  readonly serverVersion: number;
}

function factOf(stored: StoredMessage | undefined): TipOfAggregate {
  if (stored === undefined) return NO_FACT;
  const ce = attributesOf(stored.headers);
  return { sequence: stored.sequence, counter: Number(ce['ce-counter'] ?? 0), hash: ce['ce-hash'] ?? '' };
}

/**
 * Rubbish in an aggregate's subject (nobody can read it, readers skip it) must not block the aggregate for ever: the next
 * event continues the last readable one, but the server is told the version it knows.
 */
async function tipOf({ store, catalogue }: AppendContext, subject: string): Promise<Tip> {
  const last = await store.last(subject);
  if (last === undefined || isReadable(catalogue, last))
    return { fact: factOf(last), serverVersion: last?.sequence ?? 0 };
  const all = await store.readStored(subject, 0);
  return {
    fact: factOf(all.findLast((stored) => isReadable(catalogue, stored))),
    serverVersion: all.at(-1)?.sequence ?? last.sequence,
  };
}

async function findById(context: AppendContext, subject: string, id: string): Promise<AnyRecorded | undefined> {
  const all = await context.store.readStored(subject, 0);
  const found = all.find((stored) => attributesOf(stored.headers)['ce-id'] === id);
  return found === undefined ? undefined : context.catalogue.decode(found);
}

/** Of the suite's trace, whatever is going on here; outside any suite, of what is going on. */
function traceparentFor(draft: Draft, traces: SuiteTraces): string | undefined {
  const anchor = anchorOf(draft as Placed);
  return anchor === undefined ? activeTraceparent() : traceparentOf(traces.carriedBy(anchor));
}

function encodeAfter(checked: CheckedDraft, fact: TipOfAggregate, context: AppendContext): EncodedEvent {
  return encodeEvent(checked, {
    source: context.source,
    time: new Date().toISOString(),
    counter: fact.counter + 1,
    prevHash: fact.hash,
    incarnation: context.store.incarnation,
    traceparent: traceparentFor(checked.draft, context.traces),
  });
}

/** What NATS itself adds: the first line, `Nats-Msg-Id` and the expectations. */
const OWN_HEADERS = 512;

/** As the wire has them, each with what stands around name and value. */
function lengthOf(headers: Readonly<Record<string, string>>): number {
  let length = OWN_HEADERS;
  for (const name in headers) length += name.length + (headers[name]?.length ?? 0) + 6;
  return length;
}

/** One append, as `EventLog.append` promises it. */
export async function appendEvent<N extends EventName>(
  draft: Draft<N>,
  expected: number,
  context: AppendContext,
): Promise<Appended<N>> {
  const { store, tips } = context;
  const checked = context.catalogue.checkDraft(draft);
  const wide = draft as Draft;
  context.onAppend?.('before', wide);
  /** Hashes of what may be stored, though nobody said so. */
  const unanswered = new Set<string>();
  // The name in the log is the draft's: both come from the same type, which is part of the id.
  const done = (outcome: Appended['outcome'], event: AnyRecorded) => {
    context.onAppend?.('after', wide);
    return { outcome, event } as Appended<N>;
  };

  // What is known of the version to continue is enough to try; what the server refuses is looked at first.
  let known = tips.at(draft.subject, expected);
  for (let attempt = 1; ; attempt += 1) {
    const tip = known === undefined ? await tipOf(context, draft.subject) : { fact: known, serverVersion: expected };
    let isUnanswered = false;
    if (tip.fact.sequence === expected) {
      const encoded = encodeAfter(checked, tip.fact, context);
      const size = encoded.body.length + lengthOf(encoded.headers);
      if (size > store.maxPayload)
        throw new BenchbusError(
          {
            code: 'EVENT_TOO_LARGE',
            message: `${draft.name} has ${size} bytes, the server takes ${store.maxPayload}`,
            where: draft.subject,
            hint: 'raise max_payload in the configuration of nats-server (8388608)',
          },
          { permanent: true },
        );
      const publication = { subject: draft.subject, id: checked.id, expected: tip.serverVersion };
      const published = await store.publish({ ...publication, headers: encoded.headers, body: encoded.body });
      const guessed = known !== undefined;
      known = undefined;
      if (published.kind === 'stored') {
        const stored = { subject: draft.subject, sequence: published.sequence, ...encoded };
        const event = context.catalogue.decodeTrusted(stored);
        tips.note(draft.subject, event);
        return done('appended', event);
      }
      if (published.kind === 'conflict' && guessed) continue;
      isUnanswered = published.kind === 'unknown';
      if (isUnanswered) unanswered.add(encoded.hash);
      if (published.kind === 'unknown' && !(await store.mayRetry(attempt)))
        throw new NatsUnreachable(draft.subject, 'no answer to an append; it may be stored or not', {
          cause: published.error,
        });
    }
    const logged = await findById(context, draft.subject, checked.id);
    // An answer that was lost: what stands in the log is what this very call sent.
    if (logged !== undefined) return done(unanswered.has(logged.hash) ? 'appended' : 'already', logged);
    if (!isUnanswered) throw new VersionConflict(draft.subject, expected);
  }
}
