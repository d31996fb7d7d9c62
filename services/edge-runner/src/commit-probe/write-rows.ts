import { existsSync, openSync, writeSync, closeSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { probeLine } from '@benchbus/load-tools';
import { probeFiles, READY } from './files.ts';
import { close, openSession, TABLE, type Session } from './session.ts';
import type { ProbeSettings } from './settings.ts';

/** Wall clock with microseconds: its differences are those of the monotonic clock. */
const now = (): number => performance.timeOrigin + performance.now();

/** The server said no: classes of SQLSTATE that do not mean that it, or the way to it, went away meanwhile. */
const refusedByServer = ({ code }: { readonly code?: string }): boolean =>
  code !== undefined && /^[0-9A-Z]{5}$/.test(code) && !/^(08|57|58|XX)/.test(code);

/** `refused`: it is certain that there is no such row. */
type Outcome = 'acknowledged' | 'unknown' | 'refused';

async function commit(session: Session, attempt: number, number: number): Promise<Outcome> {
  session.unreplicated = false;
  try {
    // Numbers of our own, and the simple protocol: one message each way, through any pool.
    await session.client.query(`INSERT INTO ${TABLE} VALUES (${attempt}, ${number})`);
    return session.unreplicated ? 'unknown' : 'acknowledged';
  } catch (error) {
    session.broken = true;
    return refusedByServer(error as { code?: string }) ? 'refused' : 'unknown';
  }
}

/**
 * Commits numbered rows, one each `everyMs`, one at a time, over a connection that is made anew as soon as it breaks, and logs
 * what became of each, until it is told to stop. A number is used once: a row in doubt is never tried again.
 */
export async function writeRows(settings: ProbeSettings, dir: string): Promise<void> {
  const { attempt, everyMs, until } = settings;
  const files = probeFiles(dir);
  const log = openSync(files.log, 'a', 0o644);
  let session: Session | undefined;
  let ready = false;
  let next = now();
  for (let number = 1; !existsSync(files.stop) && Date.now() < until.getTime();) {
    const wait = next - now();
    if (wait > 0) await delay(wait);
    next = Math.max(now(), next) + everyMs;
    if (session?.broken) {
      close(session);
      session = undefined;
    }
    session ??= await openSession(settings).catch(() => undefined);
    if (session === undefined) continue;
    const began = now();
    const outcome = await commit(session, attempt, number);
    if (outcome !== 'refused') writeSync(log, probeLine(outcome, number, began, now()));
    number += 1;
    if (ready || outcome !== 'acknowledged') continue;
    ready = true;
    process.stderr.write(`${READY}\n`);
  }
  if (session !== undefined) close(session);
  closeSync(log);
}
