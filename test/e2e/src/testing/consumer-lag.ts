import { connect } from '@nats-io/transport-node';

interface ConsumerList {
  readonly consumers: readonly {
    readonly name: string;
    readonly num_pending: number;
    readonly num_ack_pending: number;
    readonly config: { readonly durable_name?: string };
  }[];
}

/** Durable consumers of the log and of requests that have something to do: waiting in the stream, or handed out and not acknowledged. */
export async function laggingConsumers(natsUrl: string): Promise<string[]> {
  const connection = await connect({ servers: natsUrl });
  try {
    const lists = ['EVENTS', 'REQUESTS'].map(async (stream) => {
      const answer = await connection.request(`$JS.API.CONSUMER.LIST.${stream}`);
      return answer.json<ConsumerList>().consumers;
    });
    return (await Promise.all(lists))
      .flat()
      .filter(({ config }) => config.durable_name !== undefined)
      .filter(({ num_pending, num_ack_pending }) => num_pending + num_ack_pending > 0)
      .map((one) => `${one.name}: ${one.num_pending} pending, ${one.num_ack_pending} not acknowledged`);
  } finally {
    await connection.close();
  }
}
