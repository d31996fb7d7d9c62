import type { EventLog, StoredMessage } from '@benchbus/events';

const BATCH = 1000;

/** The log as it stands now, message by message, rubbish included; never as a whole in memory. */
export async function* readStored(log: EventLog): AsyncGenerator<StoredMessage> {
  const last = await log.lastSequence();
  for (let after = 0; after < last;) {
    const messages = await log.readStored('evt.>', after, BATCH);
    for (const message of messages) {
      // What comes while one looks is another look's.
      if (message.sequence > last) return;
      yield message;
    }
    const newest = messages.at(-1)?.sequence;
    if (newest === undefined) return;
    after = newest;
  }
}
