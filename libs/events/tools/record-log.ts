import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { recordingOf } from '../src/contracts/recording.ts';
import type { StoredMessage } from '../src/envelope/stored-message.ts';
import { EVENTS_STREAM, REQUESTS_STREAM } from '../src/jetstream/stream-configs.ts';
import { fromWire } from '../src/jetstream/wire-headers.ts';

/** Writes the whole log of a running stack (NATS_URL) to a file: a fixture for ever after. Requests may hold secrets: look first. */
const { positionals, values } = parseArgs({ allowPositionals: true, options: { requests: { type: 'boolean' } } });
const [file] = positionals;
const servers = process.env['NATS_URL'];
if (file === undefined || servers === undefined)
  throw new Error('usage: NATS_URL=nats://… npm run events:record -- [--requests] FILE.jsonl.gz');
const nc = await connect({ servers });
const jsm = await jetstreamManager(nc);
const stream = values.requests === true ? REQUESTS_STREAM : EVENTS_STREAM;
const { state } = await jsm.streams.info(stream);
const stored: StoredMessage[] = [];
for (let seq = state.first_seq; seq <= state.last_seq; seq += 1) {
  const message = await jsm.streams.getMessage(stream, { seq });
  if (message === null) continue;
  const { subject, header, data } = message;
  stored.push({ subject, sequence: seq, headers: fromWire(header), body: data });
}
await nc.close();
writeFileSync(file, recordingOf(stored));
process.stdout.write(`${file}: ${stored.length} messages\n`);
