import { v4 } from 'uuid';
import { subjects } from '../bus/subjects.ts';
import { encodeRequest } from '../envelope/encode-request.ts';
import type { RequestData, RequestName } from '../schemas/requests/index.ts';
import { activeTraceparent } from './trace.ts';

export interface EncodedRequest {
  readonly id: string;
  readonly subject: string;
  /** The same for the same request sent again. */
  readonly key: string;
  readonly headers: Record<string, string>;
  readonly body: Uint8Array;
}

/** A request as of now, ready to be sent. @throws InvalidEvent */
export function newRequest<N extends RequestName>(
  name: N,
  suiteId: string,
  data: RequestData<N>,
  { source, id = v4() }: { readonly source: string; readonly id?: string },
): EncodedRequest {
  const subject = subjects.request(suiteId);
  const context = { id, source, time: new Date().toISOString(), traceparent: activeTraceparent() };
  return { id, subject, key: `${subject}/${id}`, ...encodeRequest(name, subject, data, context) };
}
