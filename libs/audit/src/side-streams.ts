import { decodeHeaderValue, type StoredMessage } from '@benchbus/events';
import type { Report } from './finding.ts';
import { decodeText, type KnownSecrets } from './known-secrets.ts';

/** Requests, dead letters and log lines are no facts, but no place for a secret either: body, headers, subject. */
export async function auditSideStreams(
  streams: Readonly<Record<string, AsyncIterable<StoredMessage>>>,
  secrets: KnownSecrets,
  report: Report,
): Promise<void> {
  if (secrets.size === 0) return;
  for (const [name, messages] of Object.entries(streams)) {
    for await (const { subject, sequence, headers, body } of messages) {
      const values = Object.values(headers);
      const places = [decodeText(body), ...values, ...values.map(decodeHeaderValue), subject];
      for (const secret of secrets.namesIn(places))
        report('SECRET_FOUND', { sequence, subject }, `the value of ${secret} stands here, in the stream ${name}`);
    }
  }
}
