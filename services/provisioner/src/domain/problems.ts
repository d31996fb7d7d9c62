import type { Problem } from '@benchbus/suites';

/** Every problem a deployment can end with: code, what was wrong, where, what to do. */
export const targetNotServed = (target: string): Problem => ({
  code: 'TARGET_NOT_SERVED',
  message: `this host does not serve target ${target}`,
  where: 'settings.target',
  hint: 'use a target that a host announces (benchbus status)',
});

export const lostWithHost = (hostId: string): Problem => ({
  code: 'HOST_LOST',
  message: 'an operator said that the host is gone for good; its runs have lost what they had there',
  where: `host ${hostId}`,
  hint: 'the host is back, and takes new runs: start the suite again',
});

export const fencedOut = (planned: string, current: string): Problem => ({
  code: 'FENCED_OUT',
  message: `the placement was planned in log ${planned}, this is log ${current}`,
  hint: 'the log was restored or replaced while the run was being deployed: start the suite again',
});

export const provisionTimeout = (nodes: readonly string[], detail = ''): Problem => ({
  code: 'PROVISION_TIMEOUT',
  message:
    (nodes.length === 0
      ? 'the deadline passed before the deployment was planned'
      : `not ready by the deadline: ${nodes.join(', ')}`) + detail,
  ...(nodes.length === 0 ? {} : { where: nodes.join(', ') }),
  hint: "raise timeouts.provision, or see the runner's log of the node",
});

export const runnerStartFailed = (node: string, tail: string): Problem => ({
  code: 'RUNNER_START_FAILED',
  message: `the edge runner of node ${node} does not stay up${tail === '' ? '' : `; its last lines:\n${tail}`}`,
  where: node,
  hint: 'read the lines above; BENCHBUS_EDGE_RUNNER_COMMAND sets the command',
});

export const addressInUse = (node: string, address: string, port: number, by: string): Problem => ({
  code: 'ADDRESS_IN_USE',
  message: `${address}:${port} is taken by ${by}`,
  where: node,
  hint: 'stop that process, or let it listen on its own address instead of 0.0.0.0 or [::]',
});

export const programMissing = (node: string, program: string, debianPackage: string, instead?: string): Problem => ({
  code: 'PROGRAM_MISSING',
  message: `${program} is not on this machine`,
  where: node,
  hint: `${instead ?? `apt-get install ${debianPackage} (without starting its service)`}, then restart the provisioner`,
});

export const programNotInImage = (node: string, program: string, image: string): Problem => ({
  code: 'PROGRAM_MISSING',
  message: `${program} is not in image ${image}`,
  where: node,
  hint: "load tools run in the runner's image: build images/runner anew, or set BENCHBUS_RUNNER_IMAGE to one made FROM it that has the program",
});

export const localDirUnusable = (dir: string, why: string): Problem => ({
  code: 'LOCAL_DIR_UNUSABLE',
  message: `${dir}: ${why}`,
  where: 'BENCHBUS_LOCAL_DIR',
  hint: 'set BENCHBUS_LOCAL_DIR to a folder below one that every user may traverse, such as /tmp or /var/tmp',
});
