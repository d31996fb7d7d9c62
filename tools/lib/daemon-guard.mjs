import { chmodSync, copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

const POLICY = '/usr/sbin/policy-rc.d';
const CREATE_CLUSTER = '/etc/postgresql-common/createcluster.conf';
const CREATE_CLUSTER_DEFAULT = '/usr/share/postgresql-common/createcluster.conf';

/** Replaces a file for a while. The returned function puts back what was there, or `otherwise()` where nothing was. */
export function replaceFile(file, text, mode, otherwise = () => rmSync(file, { force: true })) {
  const before = existsSync(file) ? { text: readFileSync(file), mode: statSync(file).mode } : undefined;
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  chmodSync(file, mode);
  return () => {
    if (before === undefined) return otherwise();
    writeFileSync(file, before.text);
    chmodSync(file, before.mode);
  };
}

/** What the package would have put there, had we not been first. */
function packagedCreateCluster() {
  if (existsSync(CREATE_CLUSTER_DEFAULT)) copyFileSync(CREATE_CLUSTER_DEFAULT, CREATE_CLUSTER);
  else rmSync(CREATE_CLUSTER, { force: true });
  rmSync(`${CREATE_CLUSTER}.ucf-dist`, { force: true }); // ucf's copy of what it wanted to write
}

/**
 * Debian packages start their daemons when they are installed: policy-rc.d (exit 101) forbids it, and PostgreSQL's
 * packaging makes no cluster with `create_main_cluster = false`. Returns the function that restores both files.
 */
export function forbidDaemons() {
  const restores = [
    replaceFile(POLICY, '#!/bin/sh\nexit 101\n', 0o755),
    replaceFile(CREATE_CLUSTER, 'create_main_cluster = false\n', 0o644, packagedCreateCluster),
  ];
  return () => restores.forEach((restore) => restore());
}
