import type { z } from 'zod';
import { NotYet } from './not-yet.ts';
import type { ProbeWorld } from './world.ts';

export interface End {
  readonly host: string;
  readonly port: number;
}

export interface Answer {
  readonly status: number;
  readonly text: string;
}

const causeOf = (error: unknown): string => {
  const { cause, message } = error as Error;
  return cause instanceof Error && cause.message !== '' ? cause.message : message;
};

/** Any answer, whatever its status. With `body`, a POST of JSON. @throws NotYet when nobody answers in time */
export async function request({ host, port }: End, path: string, world: ProbeWorld, body?: object): Promise<Answer> {
  const { signal, timeoutMs } = world;
  signal.throwIfAborted();
  const method = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
  try {
    const init = { ...method, signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]) };
    const response = await fetch(`http://${host}:${port}${path}`, init);
    return { status: response.status, text: await response.text() };
  } catch (error) {
    signal.throwIfAborted();
    throw new NotYet(`${host}:${port}${path}: ${causeOf(error)}`, { cause: error });
  }
}

/** JSON of the shape asked for. @throws NotYet for no answer, a status that is not 200, another shape */
export async function requestJson<T>(
  end: End,
  path: string,
  shape: z.ZodType<T>,
  world: ProbeWorld,
  body?: object,
): Promise<T> {
  const { status, text } = await request(end, path, world, body);
  const place = `${end.host}:${end.port}${path}`;
  if (status !== 200) throw new NotYet(`${place} answers ${status}: ${text.slice(0, 200).trim()}`);
  const parsed = shape.safeParse(parseJson(text));
  if (!parsed.success) throw new NotYet(`${place} answers something else: ${text.slice(0, 200).trim()}`);
  return parsed.data;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
