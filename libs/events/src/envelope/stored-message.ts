/** A message as a stream holds it. Header names are lower-case, values as they stand on the wire (percent-encoded). */
export interface StoredMessage {
  readonly subject: string;
  readonly sequence: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}
