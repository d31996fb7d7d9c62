/** What the SDK needs of an engine; the values go into its configuration and into no output. */
export interface Address {
  readonly token: string;
  /** `host:port` of the gRPC services. */
  readonly hostPort: string;
  /** Base URL of the REST interface. */
  readonly apiUrl: string;
  /** `environment`: as HATCHET_CLIENT_TLS_* say, which the SDK reads itself. */
  readonly tls: 'none' | 'environment';
}

/** An engine under test. */
export interface Engine {
  readonly kind: EngineKind;
  readonly address: Address;
  /** Takes the engine away without a chance to say goodbye and brings it back; resolves when it answers. Absent: not possible here. */
  readonly restart?: () => Promise<void>;
  /** Ends what was started for it. */
  readonly stop: () => Promise<void>;
}

export const ENGINE_KINDS = ['embedded', 'real'] as const;
export type EngineKind = (typeof ENGINE_KINDS)[number];
