import type { NatsConnection } from '@nats-io/transport-node';
import { askApi, readAnswer } from './api.ts';
import type { StreamCopy } from './backup-files.ts';

const ANSWER_MS = 60_000;

/** Makes a stream of a snapshot (`$JS.API.STREAM.RESTORE`). It must not exist. */
export async function restoreStream(
  nc: NatsConnection,
  { config, state }: StreamCopy,
  chunks: AsyncIterable<Uint8Array>,
): Promise<void> {
  const what = `restoring ${config.name}`;
  const begun = await askApi<{ deliver_subject: string }>(
    nc,
    `STREAM.RESTORE.${config.name}`,
    { config, state },
    ANSWER_MS,
  );
  const send = async (chunk: Uint8Array): Promise<void> => {
    const answer = await nc.request(begun.deliver_subject, chunk, { timeout: ANSWER_MS });
    readAnswer(answer.string(), what);
  };
  for await (const chunk of chunks) await send(chunk);
  await send(new Uint8Array());
}
