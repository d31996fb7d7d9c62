import { DeliverPolicy, jetstream, type JetStreamClient } from '@nats-io/jetstream';
import { connect, headers as newHeaders, type MsgHdrs, type NatsConnection } from '@nats-io/transport-node';

const STREAM = 'EVENTS';

/** What is published: the headers but for the expected version, which only the append before it tells. */
export interface BareEvent {
  readonly subject: string;
  readonly id: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** The floor: the log's stream used with the NATS client alone, with the same headers, ids and checks of the server. */
export class BareLog {
  readonly #nc: NatsConnection;
  readonly #js: JetStreamClient;

  private constructor(nc: NatsConnection) {
    this.#nc = nc;
    this.#js = jetstream(nc);
  }

  static async connect(servers: string): Promise<BareLog> {
    return new BareLog(await connect({ servers }));
  }

  /** @returns the sequence: the version to expect next */
  async append({ subject, id, headers, body }: BareEvent, expected: number): Promise<number> {
    const wire: MsgHdrs = newHeaders();
    for (const [name, value] of Object.entries(headers)) wire.set(name, value);
    wire.set('Nats-Msg-Id', id);
    wire.set('Nats-Expected-Stream', STREAM);
    wire.set('Nats-Expected-Last-Subject-Sequence', String(expected));
    return (await this.#js.publish(subject, body, { headers: wire })).seq;
  }

  /** Fills the log: nothing is expected, nothing is told apart. */
  async fill(events: Iterable<BareEvent>, inFlight: number): Promise<void> {
    const source = events[Symbol.iterator]();
    const publishing = Array.from({ length: inFlight }, async () => {
      for (let next = source.next(); next.done !== true; next = source.next()) {
        const { subject, headers, body } = next.value;
        const wire: MsgHdrs = newHeaders();
        for (const [name, value] of Object.entries(headers)) wire.set(name, value);
        await this.#js.publish(subject, body, { headers: wire });
      }
    });
    await Promise.all(publishing);
  }

  /** Everything that matches, in order, as JSON; `count` of them. */
  async replay(filter: string, count: number): Promise<void> {
    const consumer = await this.#js.consumers.get(STREAM, {
      deliver_policy: DeliverPolicy.All,
      filter_subjects: [filter],
    });
    const messages = await consumer.consume({ max_messages: 256, expires: 10_000 });
    let left = count;
    for await (const message of messages) {
      JSON.parse(message.string());
      left -= 1;
      if (left === 0) break;
    }
    await consumer.delete();
  }

  close(): Promise<void> {
    return this.#nc.close();
  }
}
