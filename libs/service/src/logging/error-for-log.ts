import pino from 'pino';
import { redact } from './secrets.ts';

interface HttpError extends Error {
  readonly code?: unknown;
  readonly config?: { readonly method?: unknown; readonly baseURL?: unknown; readonly url?: unknown };
  readonly response?: { readonly status?: unknown; readonly data?: unknown };
}

const isHttpError = (error: Error): error is HttpError => 'isAxiosError' in error && error.isAxiosError === true;

/** An axios error carries the whole exchange: its headers with the token, its agent with the private key. */
function ofHttp({ name, message, stack, config, response, code }: HttpError): object {
  const request = [config?.method, config?.baseURL, config?.url].filter((part) => typeof part === 'string').join(' ');
  return { type: name, message, stack, code, request, status: response?.status, answer: response?.data };
}

/** An error as it is logged: message, stack, own fields; without secrets. */
export function errorForLog(error: unknown): unknown {
  if (!(error instanceof Error)) return redact(error);
  return redact(isHttpError(error) ? ofHttp(error) : { ...pino.stdSerializers.err(error) });
}
