/** A client's class, by which its requests are seen. */
export type Class = abstract new (...args: never[]) => unknown;
export type ClientKind = 'valkey' | 's3';
type Instrument = (client: Class) => void;

const KEY = Symbol.for('benchbus.telemetry.clients');
type Global = typeof globalThis & { [KEY]?: Readonly<Record<ClientKind, Instrument>> };
const done = new WeakSet<Class>();

/** Left by whoever starts the SDK, which may be another copy of this file. */
export function setInstruments(instruments: Readonly<Record<ClientKind, Instrument>>): void {
  (globalThis as Global)[KEY] = instruments;
}

/** The class itself, whose requests are spans from now on; does nothing where telemetry is off. */
export function instrumented<C extends Class>(kind: ClientKind, client: C): C {
  const instruments = (globalThis as Global)[KEY];
  if (instruments === undefined || done.has(client)) return client;
  done.add(client);
  instruments[kind](client);
  return client;
}
