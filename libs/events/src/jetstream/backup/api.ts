import type { NatsConnection } from '@nats-io/transport-node';
import { BenchbusError } from '../../bus/errors.ts';

interface ApiError {
  readonly code: number;
  readonly description: string;
}

export const REFUSED_HINT = 'may this user copy and restore streams ($JS.API.STREAM.>), and has the server room?';

/** An answer of JetStream's API that the client library has no call for. @throws BenchbusError BACKUP_REFUSED */
export function readAnswer<T>(text: string, what: string): T {
  const answer = (text === '' ? {} : JSON.parse(text)) as T & { readonly error?: ApiError };
  if (answer.error === undefined) return answer;
  throw new BenchbusError({
    code: 'BACKUP_REFUSED',
    message: `${what}: ${answer.error.description}`,
    hint: REFUSED_HINT,
  });
}

export async function askApi<T>(nc: NatsConnection, subject: string, body: object, timeoutMs: number): Promise<T> {
  const answer = await nc.request(`$JS.API.${subject}`, JSON.stringify(body), { timeout: timeoutMs });
  return readAnswer(answer.string(), subject);
}
