import { z } from 'zod';

const millis = z.coerce.number().int().min(1);

/** The probe's own environment: what it is told besides libpq's PG… variables. */
const variables = z.object({
  /** Every server it may write to, `host:port`, separated by commas: it takes the first that takes writes. */
  BENCHBUS_PROBE_SERVERS: z.string().min(1),
  PGUSER: z.string(),
  PGDATABASE: z.string(),
  PGPASSWORD: z.string(),
  PGSSLMODE: z.string().default('prefer'),
  BENCHBUS_PROBE_ATTEMPT: z.coerce.number().int().min(1),
  BENCHBUS_PROBE_EVERY_MS: millis,
  BENCHBUS_PROBE_ANSWER_MS: millis,
  BENCHBUS_PROBE_READ_BACK_MS: millis,
  /** RFC 3339: ends by itself then, should nobody end it. */
  BENCHBUS_PROBE_UNTIL: z.iso.datetime(),
});

export interface Server {
  readonly host: string;
  readonly port: number;
}

export interface ProbeSettings {
  readonly servers: readonly Server[];
  readonly user: string;
  readonly database: string;
  readonly password: string;
  readonly sslmode: string;
  /** Rows of several attempts stand beside each other. */
  readonly attempt: number;
  /** From one commit's begin to the next, ms. */
  readonly everyMs: number;
  /** Longest wait for a connection or an answer before another server is tried, ms. */
  readonly answerMs: number;
  /** Longest try to read the rows back, ms. */
  readonly readBackMs: number;
  readonly until: Date;
}

const colon = (text: string): Server => {
  const at = text.lastIndexOf(':');
  return { host: text.slice(0, at), port: Number(text.slice(at + 1)) };
};

/** @throws ZodError */
export function readSettings(env: NodeJS.ProcessEnv): ProbeSettings {
  const of = variables.parse(env);
  return {
    servers: of.BENCHBUS_PROBE_SERVERS.split(',').map(colon),
    user: of.PGUSER,
    database: of.PGDATABASE,
    password: of.PGPASSWORD,
    sslmode: of.PGSSLMODE,
    attempt: of.BENCHBUS_PROBE_ATTEMPT,
    everyMs: of.BENCHBUS_PROBE_EVERY_MS,
    answerMs: of.BENCHBUS_PROBE_ANSWER_MS,
    readBackMs: of.BENCHBUS_PROBE_READ_BACK_MS,
    until: new Date(of.BENCHBUS_PROBE_UNTIL),
  };
}

/** The environment that `readSettings` reads; the password is in it. */
export const environmentOf = (of: ProbeSettings): Record<string, string> => ({
  BENCHBUS_PROBE_SERVERS: of.servers.map(({ host, port }) => `${host}:${port}`).join(','),
  PGUSER: of.user,
  PGDATABASE: of.database,
  PGPASSWORD: of.password,
  PGSSLMODE: of.sslmode,
  BENCHBUS_PROBE_ATTEMPT: String(of.attempt),
  BENCHBUS_PROBE_EVERY_MS: String(of.everyMs),
  BENCHBUS_PROBE_ANSWER_MS: String(of.answerMs),
  BENCHBUS_PROBE_READ_BACK_MS: String(of.readBackMs),
  BENCHBUS_PROBE_UNTIL: of.until.toISOString(),
});
