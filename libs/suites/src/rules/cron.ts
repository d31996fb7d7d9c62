import { CronPattern } from 'croner';

export const CRON_ALLOWED =
  'a cron expression of five fields: minute, hour, day of the month, month, day of the week, such as "0 3 * * *"';

/** Five fields as cron knows them; no nicknames (`@daily`), no seconds. */
export function isCron(text: string): boolean {
  if (text.trim().startsWith('@')) return false;
  try {
    new CronPattern(text, undefined, { mode: '5-part' });
    return true;
  } catch {
    // It throws for every text that is no pattern, and says no more than that.
    return false;
  }
}
