export interface NatsServerSettings {
  /** TCP port; -1 lets the system pick a free one (see `portsFileDir`). */
  readonly port: number;
  /** Where JetStream keeps its streams. */
  readonly storeDir: string;
  /** Default `127.0.0.1`: nobody outside this machine. */
  readonly host?: string;
  readonly serverName?: string;
  /** Bytes of the largest message. Default 8 MiB. */
  readonly maxPayload?: number;
  /** When what was written is on disk: `always` (default) or a length of time, which loses facts with the machine's power. */
  readonly syncInterval?: string;
  readonly pidFile?: string;
  readonly logFile?: string;
  /** The server writes its ports here, as `nats-server_<pid>.ports`. */
  readonly portsFileDir?: string;
  /** Certificate and key, PEM files: clients have to use TLS. With `caFile` they have to show a certificate of it, too (mTLS). */
  readonly tls?: { readonly certFile: string; readonly keyFile: string; readonly caFile?: string };
  /** Operator and accounts, as `makeAccounts` says: clients need a JWT. */
  readonly accounts?: string;
  /** Monitoring; off by default. */
  readonly httpPort?: number;
}

// The configuration format takes JSON strings.
const text = (value: string): string => JSON.stringify(value);

const tlsLine = ({ certFile, keyFile, caFile }: NonNullable<NatsServerSettings['tls']>): string => {
  const clients = caFile === undefined ? '' : `, ca_file: ${text(caFile)}, verify: true`;
  return `tls { cert_file: ${text(certFile)}, key_file: ${text(keyFile)}${clients} }`;
};

/**
 * Configuration of a single nats-server as benchbus needs it: every acknowledged write is on disk (`sync_interval: always`;
 * the default of two minutes loses facts with the machine's power), one replica, large messages.
 */
export function natsServerConfig(settings: NatsServerSettings): string {
  const lines = [
    `server_name: ${text(settings.serverName ?? 'benchbus')}`,
    `host: ${text(settings.host ?? '127.0.0.1')}`,
    `port: ${settings.port}`,
    `max_payload: ${settings.maxPayload ?? 8 * 1024 * 1024}`,
    `jetstream {`,
    `  store_dir: ${text(settings.storeDir)}`,
    `  sync_interval: ${settings.syncInterval ?? 'always'}`,
    `}`,
    ...(settings.tls === undefined ? [] : [tlsLine(settings.tls)]),
    ...(settings.accounts === undefined ? [] : [settings.accounts]),
    ...(settings.pidFile === undefined ? [] : [`pid_file: ${text(settings.pidFile)}`]),
    ...(settings.logFile === undefined ? [] : [`log_file: ${text(settings.logFile)}`]),
    ...(settings.portsFileDir === undefined ? [] : [`ports_file_dir: ${text(settings.portsFileDir)}`]),
    ...(settings.httpPort === undefined ? [] : [`http: "127.0.0.1:${settings.httpPort}"`]),
  ];
  return lines.join('\n') + '\n';
}
