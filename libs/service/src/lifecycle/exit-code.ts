import { problemOf } from '@benchbus/events';

/** 1 = failed, 2 = bad configuration, 3 = a server cannot be reached. */
export const EXIT = { failed: 1, configuration: 2, unreachable: 3 } as const;

const NETWORK_ERRORS = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
]);

function isNetworkError(error: unknown, depth = 0): boolean {
  if (!(error instanceof Error) || depth > 5) return false;
  if ('code' in error && NETWORK_ERRORS.has(String(error.code))) return true;
  const inner = error instanceof AggregateError ? (error.errors as unknown[]) : [];
  return [error.cause, ...inner].some((next) => isNetworkError(next, depth + 1));
}

/** What a failed start exits with: a supervisor retries 3, and gives up on 2. */
export function exitCodeOf(error: unknown): number {
  const { code } = problemOf(error);
  if (/^CONFIG_|^ENROLMENT_|^EDGE_PROTOCOL_|^NATS_ACCESS_|^HATCHET_(CONFIG|TOKEN|TLS)_|_MISSING$/.test(code))
    return EXIT.configuration;
  if (/_UNREACHABLE$/.test(code) || isNetworkError(error)) return EXIT.unreachable;
  return EXIT.failed;
}
