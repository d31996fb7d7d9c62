import type { StoredMessage } from '@benchbus/events';
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
      for (const secret of secrets.namesIn([decodeText(body), ...Object.values(headers), subject]))
        report('SECRET_FOUND', { sequence, subject }, `the value of ${secret} stands here, in the stream ${name}`);
    }
  }
}
