import { ROOT_CONTEXT, SpanKind, trace } from '@opentelemetry/api';
import type { SuiteTraces } from './suite-traces.ts';
import { isTracing } from './given-ids.ts';
import { activeAnchor, inSpan, linksTo, underAnchor } from './in-span.ts';
import { kindOfQuestion, questionAttributes } from './message-attributes.ts';
import { readTraceparent, traceparentOf } from './traceparent.ts';
import { currentWork, duringWork } from './work.ts';

/** The asker's span, where `traceparent` names the anchor of his work: he may be killed before he has sent it. */
const ASKER = 'benchbus-asker';

/** Whose work a question is part of, as W3C `baggage` has it: the answerer's lines name it, too. */
function baggageOf(): Record<string, string> {
  const { suite, run } = currentWork() ?? {};
  const entries = [suite && `benchbus.suite=${suite}`, run && `benchbus.run=${run}`].filter((entry) => !!entry);
  return entries.length === 0 ? {} : { baggage: entries.join(',') };
}

const readBaggage = (text: string | undefined, name: string): string | undefined =>
  new RegExp(`(?:^|,)benchbus\\.${name}=([a-z0-9_-]{1,64})(?:,|$)`).exec(text ?? '')?.[1];

/** Asks in a span; `send` gets the headers that tell the answerer of it. */
export function inAskSpan<T>(
  name: string,
  subject: string,
  send: (headers: Readonly<Record<string, string>>) => Promise<T>,
): Promise<T> {
  if (!isTracing()) return send(baggageOf());
  const attributes = questionAttributes(name, subject, 'ask');
  return inSpan({ name: `ask ${kindOfQuestion(name)}`, kind: SpanKind.CLIENT, attributes }, (span) => {
    const anchor = traceparentOf(activeAnchor());
    const asker = traceparentOf(span.spanContext());
    const headers = anchor === undefined ? { traceparent: asker ?? '' } : { traceparent: anchor, [ASKER]: asker ?? '' };
    return send({ ...headers, ...baggageOf() });
  });
}

export interface AskedHeaders {
  readonly get: (name: string) => string | undefined;
}

/** Answers in a span of the asker's trace, and in the knowledge of whose work it is. */
export function inAnswerSpan<T>(
  name: string,
  subject: string,
  { headers, traces }: { readonly headers: AskedHeaders; readonly traces?: SuiteTraces | undefined },
  answer: () => Promise<T>,
): Promise<T> {
  const [suite, run] = ['suite', 'run'].map((which) => readBaggage(headers.get('baggage'), which));
  const [parent, asker] = ['traceparent', ASKER].map((which) => readTraceparent(headers.get(which)));
  const work = { suite, run };
  if (suite !== undefined && asker !== undefined) traces?.learn(suite, headers.get('traceparent'));
  if (!isTracing()) return duringWork(work, answer);
  const options = {
    name: `answer ${kindOfQuestion(name)}`,
    kind: SpanKind.SERVER,
    // Without an anchor the asker himself is the parent.
    in: asker === undefined && parent !== undefined ? trace.setSpanContext(ROOT_CONTEXT, parent) : underAnchor(parent),
    links: linksTo(asker),
    attributes: {
      ...questionAttributes(name, subject, 'answer'),
      ...(suite === undefined ? {} : { 'benchbus.suite.id': suite }),
      ...(run === undefined ? {} : { 'benchbus.run.id': run }),
    },
  };
  return duringWork(work, () => inSpan(options, answer));
}
