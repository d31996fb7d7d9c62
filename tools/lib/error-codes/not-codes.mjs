/** Variables by their names alone: ours, and those of what we start; an error is called neither a file nor an address. */
export const VARIABLE = /^(BENCHBUS|HATCHET_CLIENT|OTEL|XDG)_|_(FILE|URL)$/;

/** Templates that make a code, as they stand in the source, and the codes they make. */
export const TEMPLATES = {
  // Its parts are literals of that folder (used-codes.mjs).
  '`CONTRACT_${code}`': [],
  '`${stage.toUpperCase()}_TIMEOUT`': ['DATABASE_TIMEOUT', 'WORKLOAD_TIMEOUT'],
};

/** Texts of the sources that look like codes of errors and are none, by kind, with the reason. */
export const NOT_CODES = {
  variables: {
    why: 'environment variables of other programs, or read by a way that the rules do not see',
    names: [...['LOG_MAPPING', 'PGCONNECT_TIMEOUT', 'YC_FOLDER_ID', 'YC_TOKEN', 'YC_ZONE']],
  },
  placeholders: {
    why: 'names within ${…} of a plan',
    names: ['BIN_DIR', 'CONFIG_DIR', 'DATA_DIR', 'RUN_DIR', 'RUN_ID', 'SECRET_REF'],
  },
  streams: { why: 'names of streams', names: ['EVENTS_ARCHIVE'] },
  "the predecessor's enumerations": {
    why: 'values that its suite files may have',
    names: [
      ...['PG_DUMP', 'POOL_MODE_UNSPECIFIED', 'ROLE_MASTER', 'ROLE_REPLICA', 'ROLE_UNSPECIFIED', 'STORAGE_ENGINE_HEAP'],
      ...['STORAGE_ENGINE_ORIOLEDB', 'STORAGE_ENGINE_UNSPECIFIED', 'TARGET_DOCKER', 'TARGET_UNSPECIFIED'],
      ...['TARGET_YANDEX_CLOUD', 'TOOL_UNSPECIFIED', 'VERSION_16', 'VERSION_17', 'VERSION_18', 'VERSION_UNSPECIFIED'],
      ...['WAL_G', 'WORKLOAD_UNSPECIFIED'],
    ],
  },
  "Hatchet's protocol": {
    why: 'strategies, and events of a task, as the dashboard shows them',
    names: [
      ...['CANCEL_IN_PROGRESS', 'CANCEL_NEWEST', 'GROUP_ROUND_ROBIN', 'COULD_NOT_SEND_TO_WORKER', 'RETRIED_BY_USER'],
      ...['SCHEDULING_TIMED_OUT', 'SENT_TO_WORKER', 'SLOT_RELEASED', 'TIMED_OUT', 'TIMEOUT_REFRESHED'],
    ],
  },
  'words of libraries': {
    why: 'codes and options of Node, yaml, the AWS SDK, esbuild and go-tpc, compared with or handed over',
    names: [
      ...['EAI_AGAIN', 'ERR_TLS_CERT_ALTNAME_INVALID', 'NEW_ORDER', 'NODE_SEA_BLOB', 'QUOTE_DOUBLE'],
      ...['RESOURCE_EXHAUSTION', 'WHEN_REQUIRED'],
    ],
  },
};
