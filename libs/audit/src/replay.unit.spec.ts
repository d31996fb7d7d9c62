import { recordedMessages } from '@benchbus/events/testing';
import { expect, test } from 'vitest';
import { audit } from './audit.ts';
import { KnownSecrets } from './known-secrets.ts';

const tampered = (messages: ReturnType<typeof recordedMessages>[number][1]) => messages.toSpliced(5, 1);

const auditOf = (messages: ReturnType<typeof recordedMessages>[number][1]) =>
  audit({
    incarnation: messages[0]?.headers['ce-incarnation'] ?? '',
    messages: (async function* () {
      yield* messages;
    })(),
    secrets: new KnownSecrets(),
    now: Date.parse(messages.at(-1)?.headers['ce-time'] ?? ''),
    graceMs: 0,
  });

test.each(recordedMessages())('the audit finds nothing in %s', async (_, messages) => {
  const { findings, events, aggregates } = await auditOf(messages);
  expect(findings).toEqual([]);
  expect({ events, aggregates }).toMatchSnapshot();
  // It did look.
  expect((await auditOf(tampered(messages))).findings).not.toEqual([]);
});
