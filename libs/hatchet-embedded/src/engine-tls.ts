/** TLS of both interfaces, as PEM. For tests: an engine that others reach over a network is a real one's business. */
export interface EngineTls {
  readonly cert: string;
  readonly key: string;
  /** Clients have to show a certificate that this authority signed. */
  readonly clientCa?: string;
}

/** Where an interface listens; port 0 = any free one. */
export interface Listen {
  readonly host: string;
  readonly port: number;
  readonly tls: EngineTls | undefined;
}
