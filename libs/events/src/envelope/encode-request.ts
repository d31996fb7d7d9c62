import { z } from 'zod';
import { InvalidEvent } from '../bus/errors.ts';
import { REQUESTS, type RequestData, type RequestName } from '../schemas/requests/index.ts';
import { encodeHeaderValue } from './percent.ts';

/** A request in binary mode. @throws InvalidEvent */
export function encodeRequest<N extends RequestName>(
  name: N,
  subject: string,
  data: RequestData<N>,
  context: {
    readonly id: string;
    readonly source: string;
    readonly time: string;
    readonly traceparent?: string | undefined;
  },
): { headers: Record<string, string>; body: Uint8Array } {
  const parsed = REQUESTS[name].data.safeParse(data);
  if (!parsed.success) throw new InvalidEvent(name, z.prettifyError(parsed.error));
  const attributes = {
    'ce-specversion': '1.0',
    'ce-id': context.id,
    'ce-type': REQUESTS[name].type,
    'ce-source': context.source,
    'ce-time': context.time,
    'ce-subject': subject,
  };
  const headers: Record<string, string> = { 'content-type': 'application/json' };
  for (const [key, value] of Object.entries(attributes)) headers[key] = encodeHeaderValue(value);
  if (context.traceparent !== undefined) headers['traceparent'] = context.traceparent;
  return { headers, body: new TextEncoder().encode(jsonText(name, parsed.data)) };
}

/** A suite may be any value, and what writes JSON recurses. */
function jsonText(name: string, data: unknown): string {
  try {
    return JSON.stringify(data);
  } catch {
    throw new InvalidEvent(name, 'the data have no JSON form: too deep, without an end, or no plain values');
  }
}
