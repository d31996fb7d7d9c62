/** Columns carry the names of the interfaces they hold, so that a row is the object. */
export const SCHEMA = `
CREATE TABLE IF NOT EXISTS settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;

CREATE TABLE IF NOT EXISTS workflows (
  id TEXT PRIMARY KEY, name TEXT NOT NULL UNIQUE, createdAt INTEGER NOT NULL, updatedAt INTEGER NOT NULL
) STRICT;

CREATE TABLE IF NOT EXISTS versions (
  id TEXT PRIMARY KEY, workflowId TEXT NOT NULL REFERENCES workflows(id), number INTEGER NOT NULL,
  checksum TEXT NOT NULL, definitionJson TEXT NOT NULL, stepId TEXT NOT NULL, createdAt INTEGER NOT NULL,
  UNIQUE (workflowId, number)
) STRICT;

CREATE TABLE IF NOT EXISTS workers (
  id TEXT PRIMARY KEY, name TEXT NOT NULL, actionsJson TEXT NOT NULL, slotsJson TEXT NOT NULL, labelsJson TEXT NOT NULL,
  runtimeJson TEXT NOT NULL, paused INTEGER NOT NULL DEFAULT 0, createdAt INTEGER NOT NULL
) STRICT;

CREATE TABLE IF NOT EXISTS runs (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, workflowId TEXT NOT NULL, versionId TEXT NOT NULL,
  action TEXT NOT NULL, inputJson TEXT NOT NULL, metadataJson TEXT, priority INTEGER NOT NULL, parentRunId TEXT,
  parentTaskId TEXT, childIndex INTEGER, childKey TEXT, dedupeKey TEXT UNIQUE, labelsJson TEXT, createdAt INTEGER NOT NULL,
  phase TEXT NOT NULL, status TEXT NOT NULL, retryCount INTEGER NOT NULL, appRetries INTEGER NOT NULL,
  internalRetries INTEGER NOT NULL, queueOrder INTEGER NOT NULL, scheduleTimeoutAt INTEGER, retryAt INTEGER,
  timeoutAt INTEGER, confirmBy INTEGER, startedAt INTEGER, finishedAt INTEGER, workerId TEXT, holdsSlot INTEGER NOT NULL,
  sent INTEGER NOT NULL, cancelled INTEGER NOT NULL DEFAULT 0, output TEXT, error TEXT
) STRICT;
CREATE INDEX IF NOT EXISTS runsReady ON runs (priority DESC, queueOrder) WHERE phase = 'ready';
CREATE INDEX IF NOT EXISTS runsWaiting ON runs (scheduleTimeoutAt) WHERE phase IN ('gated', 'ready');
CREATE INDEX IF NOT EXISTS runsBackoff ON runs (retryAt) WHERE phase = 'backoff';
CREATE INDEX IF NOT EXISTS runsAssigned ON runs (timeoutAt) WHERE phase = 'assigned';
CREATE INDEX IF NOT EXISTS runsUnconfirmed ON runs (confirmBy) WHERE phase = 'assigned' AND confirmBy IS NOT NULL;
CREATE INDEX IF NOT EXISTS runsOnWorker ON runs (workerId, holdsSlot, versionId) WHERE phase = 'assigned';
CREATE INDEX IF NOT EXISTS runsByTime ON runs (createdAt);
CREATE INDEX IF NOT EXISTS runsByParent ON runs (parentTaskId);

CREATE TABLE IF NOT EXISTS gates (
  runId TEXT NOT NULL, position INTEGER NOT NULL, groupId TEXT NOT NULL, admitted INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (runId, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS gatesByGroup ON gates (groupId);

CREATE TABLE IF NOT EXISTS pendingCancels (workerId TEXT NOT NULL, runId TEXT NOT NULL, retryCount INTEGER NOT NULL) STRICT;

CREATE TABLE IF NOT EXISTS taskEvents (
  id INTEGER PRIMARY KEY AUTOINCREMENT, runId TEXT NOT NULL, at INTEGER NOT NULL, type TEXT NOT NULL, message TEXT NOT NULL,
  workerId TEXT, retryCount INTEGER NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS taskEventsByRun ON taskEvents (runId);

CREATE TABLE IF NOT EXISTS logs (
  id INTEGER PRIMARY KEY AUTOINCREMENT, runId TEXT NOT NULL, at INTEGER NOT NULL, message TEXT NOT NULL,
  level TEXT NOT NULL, metadataJson TEXT NOT NULL, retryCount INTEGER NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS logsByRun ON logs (runId, at);

CREATE TABLE IF NOT EXISTS events (
  id TEXT PRIMARY KEY, key TEXT NOT NULL, payload TEXT NOT NULL, metadataJson TEXT, scope TEXT, at INTEGER NOT NULL
) STRICT;
`;

/** From version n to n + 1, at index n - 1. */
export const UPGRADES: readonly string[] = [
  'ALTER TABLE runs ADD COLUMN confirmBy INTEGER',
  `ALTER TABLE runs ADD COLUMN cancelled INTEGER NOT NULL DEFAULT 0; UPDATE runs SET cancelled = 1 WHERE status = 'CANCELLED'`,
];

/** Raised with every change of SCHEMA that needs an upgrade. */
export const SCHEMA_VERSION = 3;
