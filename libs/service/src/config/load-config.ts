import { BenchbusError } from '@benchbus/events';
import type { z } from 'zod';
import { hideUserinfo, isSecretVariable } from '../logging/secrets.ts';

type Issue = z.core.$ZodIssue;

function received(name: string, value: string | undefined): string {
  if (value === undefined) return 'is not set';
  return isSecretVariable(name) ? 'is not allowed (value not shown)' : `is ${JSON.stringify(hideUserinfo(value))}`;
}

/** A schema's own message may quote what it got. */
function allowed(issue: Issue, name: string, value: string | undefined): string {
  const quotesSecret = value !== undefined && isSecretVariable(name) && issue.message.includes(value);
  return quotesSecret ? 'it does not fit' : issue.message;
}

function describe(issue: Issue, env: Readonly<Record<string, string | undefined>>): string {
  const name = issue.path.length === 0 ? '(all)' : String(issue.path[0]);
  const value = env[name];
  return `${name} ${received(name, value)}: ${allowed(issue, name, value)}`;
}

/**
 * Reads the variables a schema names. An empty variable counts as unset, others than the schema's are ignored.
 * @throws BenchbusError CONFIG_INVALID: one error that lists everything wrong by name; secrets' values are never shown
 */
export function loadConfig<Schema extends z.ZodObject>(
  schema: Schema,
  env: Readonly<Record<string, string | undefined>> = process.env,
): z.output<Schema> {
  const set: Record<string, string> = {};
  for (const name of Object.keys(schema.shape)) {
    const value = env[name];
    if (value !== undefined && value !== '') set[name] = value;
  }
  const result = schema.safeParse(set);
  if (result.success) return result.data;
  const lines = result.error.issues.map((issue) => `  ${describe(issue, set)}`);
  const names = new Set(result.error.issues.map((issue) => String(issue.path[0] ?? '')));
  throw new BenchbusError({
    code: 'CONFIG_INVALID',
    message: `the configuration is not valid:\n${lines.join('\n')}`,
    where: [...names].join(', '),
    hint: 'set these environment variables and start again',
  });
}
