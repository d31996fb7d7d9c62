import { BenchbusError, isNewEnough } from '@benchbus/events';
import { findConnection } from '../connection/find-connection.ts';
import { formatBytes } from '../render/format.ts';
import type { Check, Finding } from './check.ts';
import { addressOf, greet, parseInfo } from './nats-info.ts';

const MIN_PAYLOAD = 8 * 1024 * 1024;
const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** The NATS server in use: its version and largest message. */
export function natsReachable(given: string | undefined, env: NodeJS.ProcessEnv): Check {
  const name = 'NATS server';
  return async () => {
    let url: string;
    try {
      url = findConnection(given, env).natsUrl;
    } catch (error) {
      if (!(error instanceof BenchbusError)) throw error;
      return { name, status: 'warn', found: error.message, hint: error.hint ?? 'start one with `npx benchbus up`' };
    }
    try {
      const address = addressOf(url, 4222);
      const info = parseInfo(await greet(address, true));
      const at = `${address.host}:${address.port}`;
      if (!info) return { name, status: 'fail', found: `${at} does not speak NATS`, hint: 'correct NATS_URL' };
      return judgeInfo(name, at, info);
    } catch (error) {
      return { name, status: 'unreachable', found: messageOf(error), hint: 'check NATS_URL and that nats-server runs' };
    }
  };
}

export function judgeInfo(
  name: string,
  at: string,
  info: { version: string; max_payload: number; jetstream?: boolean | undefined },
): Finding {
  const found = `${info.version} at ${at}, messages up to ${formatBytes(info.max_payload)}`;
  if (!isNewEnough(`v${info.version}`)) return { name, status: 'fail', found, hint: 'update it to 2.12 or newer' };
  if (info.jetstream !== true) return { name, status: 'fail', found, hint: 'switch JetStream on: `jetstream {}`' };
  if (info.max_payload < MIN_PAYLOAD) return { name, status: 'fail', found, hint: 'set `max_payload: 8388608`' };
  return { name, status: 'ok', found };
}
