/** What an audit can find, and what each means; docs/reference/audit.md lists them. */
export const FINDINGS = {
  SEQUENCE_GAP: 'the stream lacks a sequence between two events: something was deleted from it',
  OUT_OF_ORDER: 'a sequence is not greater than the one before it: events were reordered or repeated',
  DUPLICATE_ID: 'two events have the same id: one was written twice',
  INCARNATION_MIXED: 'the event was written for another log than the events around it, or than the log it is in',
  EVENT_UNREADABLE: 'the message is no event: no JSON in UTF-8',
  ENVELOPE_INVALID: 'an attribute is missing or malformed, or names another aggregate',
  EVENT_TYPE_UNKNOWN: 'no schema is known for this type',
  EVENT_TYPE_TOO_NEW: 'the type is newer than this program: audit with the version that wrote it',
  EVENT_DATA_INVALID: 'the data does not fit the schema of its type',
  HASH_MISMATCH: 'the event is not what its own hash was made of: a byte was changed',
  CHAIN_BROKEN:
    "the event does not carry the hash of its aggregate's event before it: one was changed, dropped or inserted",
  COUNTER_GAP: "the aggregate's own counter does not go up by one",
  TRANSITION_ILLEGAL: "the aggregate's state machine has no such step",
  CAUSE_UNKNOWN: 'the event that led to this one is not in the log',
  CAUSE_LATER: 'the event that is said to have led to this one came after it',
  AGGREGATE_MISSING: 'an aggregate that others refer to has no event, or none yet where it must have',
  LEASE_OPEN: 'a run of a suite that is over still holds a host, a block, nodes or a network',
  RESULT_DIFFERS: 'a run completed with another result or other artifacts than its load node reported',
  ARTIFACT_CLAIM_DIFFERS: 'what was stored is not what the load node claimed',
  ARTIFACT_MISSING: 'the store lacks a file that the log says is kept',
  ARTIFACT_DIFFERS: 'a file in the store has another size or checksum than the log says',
  SECRET_FOUND: 'a known secret or a planted canary stands where it must not; the value is not shown',
  CHECKPOINT_INVALID: 'a checkpoint is damaged, or its signature does not fit',
  CHECKPOINT_KEY_UNKNOWN: 'a checkpoint is signed by a key that is not trusted here',
  CHECKPOINT_GAP: 'checkpoints do not follow each other: one is missing, or was exchanged',
  CHECKPOINT_MISMATCH:
    'the event at this sequence is not the one that was signed: changed, dropped, inserted or forged',
  CHECKPOINT_MISSING: 'a suite is over, and no checkpoint covers its end',
  BUNDLE_INVALID: 'the file is no evidence, or a part of it cannot be read',
  FILE_MISSING: 'the evidence lacks a file that it lists, or one that its events call for',
  FILE_DIFFERS: 'a file of the evidence is not what its list or its events say',
  FILE_UNEXPECTED: 'the evidence has a file that nothing accounts for',
  NUMBER_DIFFERS: 'a headline number is not what the raw output of the load tool comes to',
  RAW_MISSING: "a run's raw output is not there, so its numbers cannot be computed again",
  LOG_REPLACED: 'checkpoints cover another log, of which nothing is here',
} as const;
export type FindingCode = keyof typeof FINDINGS;

export interface Finding {
  readonly code: FindingCode;
  /** Of the event in question; 0 where there is none. */
  readonly sequence: number;
  /** The aggregate in question, a file or a checkpoint; never a value of the data. */
  readonly subject: string;
  readonly message: string;
}

export type Report = (code: FindingCode, at: { sequence: number; subject: string }, message: string) => void;
