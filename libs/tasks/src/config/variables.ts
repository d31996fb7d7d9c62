import type { Problem } from '@benchbus/suites';
import { z } from 'zod';

const file = z.string().min(1).optional();
const count = z
  .string()
  .regex(/^[1-9]\d{0,8}$/, 'allowed is a whole number from 1')
  .optional();
const seconds = z
  .string()
  .regex(/^(?!0*\.?0*$)\d+(\.\d+)?$/, 'allowed is a number of seconds above 0')
  .optional();

/** `host:port`, an IPv6 address in brackets. */
const hostPort = z.string().refine((text) => parseHostPort(text) !== undefined, {
  error: 'allowed is host:port, with a port from 1 to 65535 and without a scheme',
});
const baseUrl = z.url({ protocol: /^https?$/, error: 'allowed is a URL that begins with http:// or https://' });

/** What the SDK's users know, and benchbus reads itself; the SDK is told the result. */
const variables = z.object({
  HATCHET_CLIENT_TOKEN: z.string(),
  HATCHET_CLIENT_HOST_PORT: hostPort.optional(),
  HATCHET_CLIENT_SERVER_URL: baseUrl.optional(),
  HATCHET_CLIENT_API_URL: baseUrl.optional(),
  HATCHET_CLIENT_TLS_STRATEGY: z.enum(['none', 'tls', 'mtls'], 'allowed is none, tls, mtls').default('tls'),
  HATCHET_CLIENT_TLS_CERT_FILE: file,
  HATCHET_CLIENT_TLS_KEY_FILE: file,
  HATCHET_CLIENT_TLS_ROOT_CA_FILE: file,
  HATCHET_CLIENT_TLS_SERVER_NAME: file,
  HATCHET_CLIENT_NAMESPACE: z
    .string()
    .regex(/^[A-Za-z0-9._-]{1,64}$/, 'allowed are up to 64 letters, digits, ".", "_" and "-"')
    .optional(),
  HATCHET_CLIENT_LOG_LEVEL: z
    .enum(['OFF', 'DEBUG', 'INFO', 'WARN', 'ERROR'], 'allowed is OFF, DEBUG, INFO, WARN, ERROR')
    .optional(),
  HATCHET_CLIENT_GRPC_MAX_RECV_MESSAGE_LENGTH: count,
  HATCHET_CLIENT_GRPC_MAX_SEND_MESSAGE_LENGTH: count,
  HATCHET_CLIENT_RETRIER_MAX_ATTEMPTS: count,
  HATCHET_CLIENT_RETRIER_INITIAL_INTERVAL: seconds,
  HATCHET_CLIENT_RETRIER_MAX_JITTER: count,
});
export type Variables = z.output<typeof variables>;

export interface HostPort {
  readonly host: string;
  readonly port: number;
}

/** undefined: it is none. */
export function parseHostPort(text: string): HostPort | undefined {
  const match = /^(?:\[([0-9a-fA-F:.]+)\]|([^\s:/@[\]]+)):(\d{1,5})$/.exec(text);
  const port = Number(match?.[3]);
  if (!match || port < 1 || port > 65_535) return undefined;
  return { host: match[1] ?? match[2] ?? '', port };
}

const ADDRESSES = new Set(['HATCHET_CLIENT_HOST_PORT', 'HATCHET_CLIENT_SERVER_URL', 'HATCHET_CLIENT_API_URL']);

/** Each variable by itself; an empty one counts as unset. */
export function readVariables(
  env: Readonly<Record<string, string | undefined>>,
): { readonly data: Variables } | { readonly problems: Problem[] } {
  const names = Object.keys(variables.shape);
  const set = names.flatMap((name) => (env[name] ? [[name, env[name].trim()] as const] : []));
  const result = variables.safeParse(Object.fromEntries(set));
  if (result.success) return { data: result.data };
  return {
    problems: result.error.issues.map(({ path, message }) => {
      const where = String(path[0] ?? '');
      const code = ADDRESSES.has(where) ? 'HATCHET_CONFIG_ADDRESS_INVALID' : 'HATCHET_CONFIG_VALUE_INVALID';
      return { code, message: `is ${shown(env[where])}; ${message}`, where, hint: `correct or unset ${where}` };
    }),
  };
}

/** An address may carry a password: what stands before an @ is nobody's business. */
const shown = (value = '') => JSON.stringify(value.replace(/[^/]*@/, '***@'));
