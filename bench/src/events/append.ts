import { randomUUID } from 'node:crypto';
import { subjects, type Draft, type EventBus } from '@benchbus/events';
import type { BareEvent, BareLog } from '../floor/bare-log.ts';
import { compare, type Comparison } from './compare.ts';

/** Events of one aggregate, as a run has them. */
const EACH = 10;

const draftOf = (subject: string, index: number): Draft<'RunStageStarted'> => ({
  name: 'RunStageStarted',
  subject,
  data: { stage: 'workload', attempt: index + 1, deadline: '2030-01-01T00:00:00Z' },
  cause: randomUUID(),
  correlation: 'bench',
});

/** What benchbus makes of such drafts, for the bare client. */
async function templatesOf(bus: EventBus): Promise<BareEvent[]> {
  const subject = subjects.run(`template-${randomUUID()}`);
  for (let index = 0, version = 0; index < EACH; index += 1)
    version = (await bus.log.append(draftOf(subject, index), version)).event.sequence;
  const stored = await bus.log.readStored(subject);
  return stored.map(({ headers, body }) => {
    const own = Object.entries(headers).filter(([name]) => name === 'content-type' || name.startsWith('ce-'));
    return { subject, id: '', headers: Object.fromEntries(own), body };
  });
}

/** The same for another aggregate, with an id of its own. */
function renamed(template: BareEvent, subject: string): BareEvent {
  const id = randomUUID();
  return { ...template, subject, id, headers: { ...template.headers, 'ce-subject': subject, 'ce-id': id } };
}

/** Events of one aggregate one after the other, `atOnce` aggregates at a time. */
async function appendAll<E>(
  aggregates: readonly (readonly E[])[],
  atOnce: number,
  append: (event: E, expected: number) => Promise<number>,
): Promise<void> {
  const left = aggregates.values();
  const writers = Array.from({ length: atOnce }, async () => {
    for (const events of left) {
      let version = 0;
      for (const event of events) version = await append(event, version);
    }
  });
  await Promise.all(writers);
}

/** Appends to aggregates of ten events each, `atOnce` events in flight, each of another aggregate. */
export async function benchAppend(
  bus: EventBus,
  bare: BareLog,
  { appends, atOnce, rounds }: { readonly appends: number; readonly atOnce: number; readonly rounds: number },
): Promise<Comparison> {
  const aggregates = Math.ceil(appends / EACH);
  const templates = await templatesOf(bus);
  const each = <E>(name: string, make: (subject: string, index: number, template: BareEvent) => E): E[][] =>
    Array.from({ length: aggregates }, (_, aggregate) => {
      const subject = subjects.run(`${name}-${aggregate}`);
      return templates.map((template, index) => make(subject, index, template));
    });
  return compare(
    rounds,
    aggregates * EACH,
    (round) => {
      const drafts = each(`benchbus-${atOnce}-${round}`, draftOf);
      return () =>
        appendAll(drafts, atOnce, async (draft, expected) => (await bus.log.append(draft, expected)).event.sequence);
    },
    (round) => {
      const events = each(`bare-${atOnce}-${round}`, (subject, _, template) => renamed(template, subject));
      return () => appendAll(events, atOnce, (event, expected) => bare.append(event, expected));
    },
  );
}
