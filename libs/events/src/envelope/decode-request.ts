import { z } from 'zod';
import type { AnyRequest } from '../bus/consume.ts';
import { REQUESTS, type RequestName } from '../schemas/requests/index.ts';
import { attributesOf, issuesOf, jsonOf, whereOf } from './attributes.ts';
import { UnreadableMessage } from './refused.ts';
import type { StoredMessage } from './stored-message.ts';

const SUBJECT = /^request\.suite\.([a-z0-9_-]{1,64})$/;

const attributes = z.object({
  specversion: z.literal('1.0'),
  id: z.string().min(1).max(256),
  type: z.string().min(1),
  source: z.string().min(1).max(1024),
  time: z.iso.datetime({ offset: true }).optional(),
});

const byType = new Map<string, RequestName>(
  Object.entries(REQUESTS).map(([name, request]) => [request.type, name as RequestName]),
);

/** A suite file, as text: who validates it reads it like any other file. @throws UnreadableMessage */
function textOf(stored: StoredMessage): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(stored.body);
  } catch {
    throw new UnreadableMessage('SUITE_BINARY', 'the file is not UTF-8 text', whereOf(stored));
  }
}

interface Parsed {
  readonly attributes: Record<string, unknown>;
  readonly data: unknown;
}

function structured(stored: StoredMessage): Parsed {
  const value = jsonOf(stored);
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new UnreadableMessage('ENVELOPE_INVALID', 'a structured CloudEvent is a JSON object', whereOf(stored));
  const { data, ...rest } = value as Record<string, unknown>;
  return { attributes: rest, data };
}

function binary(stored: StoredMessage, mediaType: string): Parsed {
  const ce = attributesOf(stored.headers);
  const named = Object.fromEntries(Object.entries(ce).map(([name, value]) => [name.slice('ce-'.length), value]));
  const yaml = /^(application|text)\/(x-)?yaml$/.test(mediaType);
  if (!yaml && mediaType !== 'application/json')
    throw new UnreadableMessage('CONTENT_TYPE_UNKNOWN', 'send application/json or application/yaml', whereOf(stored));
  if (!yaml) return { attributes: named, data: jsonOf(stored) };
  if (named['type'] !== REQUESTS.SuiteRequested.type)
    throw new UnreadableMessage('CONTENT_TYPE_UNKNOWN', 'only a SuiteRequested may be YAML', whereOf(stored));
  return { attributes: named, data: { suite: textOf(stored) } };
}

/**
 * A client's message → the request. Takes CloudEvents in binary mode (`application/json`, the default; for SuiteRequested
 * also `application/yaml` or `text/yaml`, whose body is the suite file) and structured mode (`application/cloudevents+json`).
 * @throws UnreadableMessage
 */
export function decodeRequest(stored: StoredMessage): AnyRequest {
  const where = whereOf(stored);
  const suiteId = SUBJECT.exec(stored.subject)?.[1];
  if (suiteId === undefined)
    throw new UnreadableMessage('SUBJECT_INVALID', 'requests go to request.suite.<suiteId>', where);
  const mediaType = (stored.headers['content-type'] ?? 'application/json').split(';')[0]?.trim().toLowerCase() ?? '';
  const parsed = /^application\/cloudevents(\+json)?$/.test(mediaType) ? structured(stored) : binary(stored, mediaType);
  const ce = attributes.safeParse(parsed.attributes);
  if (!ce.success) throw new UnreadableMessage('ENVELOPE_INVALID', issuesOf(ce.error), where);
  const name = byType.get(ce.data.type);
  if (name === undefined) throw new UnreadableMessage('REQUEST_TYPE_UNKNOWN', 'no such request type', where);
  const data = REQUESTS[name].data.safeParse(parsed.data);
  if (!data.success) throw new UnreadableMessage('REQUEST_DATA_INVALID', issuesOf(data.error), where);
  const traceparent = stored.headers['traceparent'];
  const request = {
    name,
    suiteId,
    id: ce.data.id,
    source: ce.data.source,
    time: ce.data.time ?? '',
    data: data.data,
    sequence: stored.sequence,
    ...(traceparent === undefined ? {} : { traceparent }),
  };
  // The schema of exactly this name accepted the data.
  return request as AnyRequest;
}
