/**
 * Settings of postgresql.conf that a deployment decides itself: a suite's value would make the server unreachable, collide
 * with a neighbour, read files or write logs elsewhere, or leave shared memory that cannot be found again. Lower case, as
 * PostgreSQL compares names without case.
 */
export const RESERVED_SETTINGS: readonly string[] = [
  'port',
  'listen_addresses',
  'unix_socket_directories',
  'data_directory',
  'config_file',
  'hba_file',
  'ident_file',
  'external_pid_file',
  'logging_collector',
  'include',
  'include_dir',
  'include_if_exists',
  'dynamic_shared_memory_type',
  'shared_memory_type',
];

const reserved = new Set(RESERVED_SETTINGS);

/** Whether a suite may not give this setting. */
export const isReservedSetting = (name: string): boolean => reserved.has(name.toLowerCase());
