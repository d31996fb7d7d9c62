/** As much of nats-server's `/jsz` as KEDA's scaler `nats-jetstream` reads. */
export interface Jsz {
  readonly account_details?: readonly {
    readonly name: string;
    readonly stream_detail?: readonly {
      readonly name: string;
      readonly state: { readonly last_seq: number };
      readonly consumer_detail?: readonly {
        readonly name: string;
        readonly num_pending: number;
        readonly num_ack_pending: number;
      }[];
    }[];
  }[];
}

/** What the scaler is told: of a trigger, and of its TriggerAuthentication the account. */
export interface LagTrigger {
  readonly account: string;
  readonly stream: string;
  readonly consumer: string;
}

/** What the scaler asks; `monitoring`: host and port. */
export const jszUrl = (monitoring: string, { account }: LagTrigger): string =>
  `http://${monitoring}/jsz?acc=${account}&consumers=true&config=true`;

/**
 * The lag that the scaler would scale by. It takes one word for an account, to ask for it and to find it in the answer; where it does
 * not find it, lag is 0 and nothing is an error, and where it does not find the consumer, lag is the stream's last sequence: both
 * are undefined here.
 */
export function kedaLag({ account_details: accounts = [] }: Jsz, trigger: LagTrigger): number | undefined {
  const account = accounts.find(({ name }) => name === trigger.account);
  const stream = account?.stream_detail?.find(({ name }) => name === trigger.stream);
  const consumer = stream?.consumer_detail?.find(({ name }) => name === trigger.consumer);
  return consumer && consumer.num_pending + consumer.num_ack_pending;
}
