export * from './bus/consume.ts';
export * from './bus/dead-letters.ts';
export * from './bus/decide-and-append.ts';
export * from './bus/errors.ts';
export * from './bus/event-bus.ts';
export * from './bus/event-log.ts';
export * from './bus/liveness.ts';
export * from './bus/questions.ts';
export * from './bus/recorded-event.ts';
export * from './bus/records.ts';
export * from './bus/runs-of-event.ts';
export * from './bus/snapshots.ts';
export * from './bus/subjects.ts';
export * from './bus/telemetry.ts';
export { LONGEST_TIMER_MS, startLongTimer, type LongTimer } from './core/long-timer.ts';
export type { BusLogger } from './core/logger.ts';
export { CATALOGUE, createCatalogue, type Catalogue } from './envelope/catalogue.ts';
export { decodeEvent } from './envelope/decode.ts';
export { decodeRequest } from './envelope/decode-request.ts';
export { decodeHeaderValue } from './envelope/percent.ts';
export { eventId } from './envelope/event-id.ts';
export { envelopeHash } from './envelope/hash.ts';
export { TypeTooNew, UnreadableMessage } from './envelope/refused.ts';
export type { StoredMessage } from './envelope/stored-message.ts';
export { createChainVerifier, verifyChain, type ChainProblem } from './envelope/verify-chain.ts';
export { attributesOf } from './envelope/attributes.ts';
export { backupLog, type BackupOptions } from './jetstream/backup/backup-log.ts';
export { restoreLog, type Restored, type RestoreOptions } from './jetstream/backup/restore-log.ts';
export { createAuthority, type Authority, type IssuedAccess } from './access/authority.ts';
export { decodeEnrolmentCode, encodeEnrolmentCode, enrolmentKey, newCodeKey } from './access/enrolment-code.ts';
export { newUserKey, userKeyOf, type KeyPair } from './access/key-pair.ts';
export { accountOf, makeCreds, publicKeyOf } from './access/creds.ts';
export {
  CLIENT_REQUESTS,
  provisionerDurable,
  REACTOR,
  SHARED_DURABLES,
  withSideDoors,
  type Durable,
} from './access/durables.ts';
export { makeAccounts, type Accounts } from './access/make-accounts.ts';
export { enrolPermissions, permissionsOf, runnerPermissions, type Permissions } from './access/permissions.ts';
export { edgeRunner } from './access/users/edge-runner.ts';
export { USERS, userNamed } from './access/users/table.ts';
export type { AccessUser } from './access/users/user.ts';
export { askOnce } from './jetstream/ask-once.ts';
export { connectBus, type ConnectBusOptions } from './jetstream/connect-bus.ts';
export type { Access, NatsSecurity } from './jetstream/connection.ts';
export { inspectServer, type ConsumerView, type ServerView, type StreamView } from './jetstream/inspect-server.ts';
export { makeStreams, type MakeStreamsOptions } from './jetstream/make-streams.ts';
export { ARCHIVE_STREAM, LIVENESS_TTL_MS, type LogSettings } from './jetstream/stream-configs.ts';
export { anchorSpanId, appendSpanId, type Anchor } from './tracing/anchors.ts';
export { anchorSpan, type AnchorSpan } from './tracing/anchor-span.ts';
export { inEventSpan } from './tracing/event-span.ts';
export { isTracing } from './tracing/given-ids.ts';
export { activeAnchor, inSpan, outsideWork, underAnchor, type InSpan } from './tracing/in-span.ts';
export { tracesOf, type SuiteTraces } from './tracing/suite-traces.ts';
export { readTraceparent, traceparentOf } from './tracing/traceparent.ts';
export { currentWork, duringWork, setProcessWork, type Work } from './tracing/work.ts';
export { workAttributes } from './tracing/work-attributes.ts';
export * from './schemas/catalog.ts';
export * from './schemas/define-event.ts';
export { definitionOfType } from './schemas/definition-of-type.ts';
export type { Upcaster } from './schemas/upcast.ts';
export * from './schemas/requests/index.ts';
export * from './server/find-nats-server.ts';
export * from './server/nats-server-config.ts';
export * from './questions/artifact-link.ts';
export * from './questions/artifact-upload.ts';
export * from './questions/enrolment.ts';
export * from './questions/host-gone.ts';
export * from './questions/host-janitor.ts';
export * from './questions/node-access.ts';
export * from './questions/node-fault.ts';
export * from './questions/node-keep.ts';
export * from './questions/run-execution.ts';
export { faultResult, type FaultResult } from './schemas/fault-result.ts';
export type { ArtifactClaim, Fence } from './schemas/values.ts';
export { validity, type WorkloadSummary } from './schemas/workload-summary.ts';
