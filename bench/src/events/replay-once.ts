import { readFileSync } from 'node:fs';
import { connectBus } from '@benchbus/events';
import { replay } from './replay.ts';

/** A process of its own, for its memory: replays the log of NATS_URL once, prints how many events and its highest resident set. */
const bus = await connectBus({ servers: process.env['NATS_URL'] ?? '', name: 'replay', source: '/bench' });
const events = await replay(bus, 'evt.>', false);
await bus.close();
const peakKiB = Number(/^VmHWM:\s+(\d+) kB/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]);
process.stdout.write(JSON.stringify({ events, peakMiB: peakKiB / 1024 }));
