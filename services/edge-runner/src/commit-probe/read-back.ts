import { setTimeout as delay } from 'node:timers/promises';
import { rangesOf, type Ranges } from '@benchbus/load-tools';
import { close, openSession, TABLE } from './session.ts';
import type { ProbeSettings } from './settings.ts';

async function once(settings: ProbeSettings): Promise<Ranges> {
  const session = await openSession(settings);
  try {
    const sql = `SELECT number FROM ${TABLE} WHERE attempt = ${settings.attempt} ORDER BY number`;
    // A table of millions takes longer than an answer may that is a sign of life.
    const question = { text: sql, query_timeout: settings.readBackMs };
    const { rows } = await session.client.query<{ number: string }>(question);
    return rangesOf(rows.map(({ number }) => Number(number)));
  } finally {
    close(session);
  }
}

/** Which rows are there now, on the server that takes writes. Tries as long as it may. @throws the last try's error */
export async function readBack(settings: ProbeSettings): Promise<Ranges> {
  const deadline = Date.now() + settings.readBackMs;
  for (;;) {
    try {
      return await once(settings);
    } catch (error) {
      if (Date.now() >= deadline) throw error;
      await delay(settings.everyMs);
    }
  }
}
