import type { NatsConnection } from '@nats-io/transport-node';

interface Stored {
  readonly message?: { readonly seq: number; readonly subject: string; readonly data?: string; readonly hdrs?: string };
}

const decoded = (base64 = ''): string => Buffer.from(base64, 'base64').toString('utf8');

/** Everything a stream holds, as text: subjects, headers, bodies. Asks the server's own API, so that nothing is left out. */
export async function textOfStream(nats: NatsConnection, stream: string): Promise<string> {
  let text = '';
  for (let seq = 1; ;) {
    const query = JSON.stringify({ seq, next_by_subj: '>' });
    const answer = await nats.request(`$JS.API.STREAM.MSG.GET.${stream}`, query, { timeout: 5000 });
    const { message } = answer.json<Stored>();
    if (message === undefined) return text;
    text += `${message.subject}\n${decoded(message.hdrs)}\n${decoded(message.data)}\n`;
    seq = message.seq + 1;
  }
}
