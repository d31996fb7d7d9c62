import type { Problem } from '@benchbus/suites';

/** Where in the deployment something went wrong: node and container, as people name them. */
export interface Place {
  readonly node?: string | undefined;
  readonly container?: string | undefined;
}

const where = ({ node, container }: Place): { where?: string } => {
  const parts = [node, container].filter((part) => part !== undefined);
  return parts.length === 0 ? {} : { where: parts.join('/') };
};

export const dockerUnreachable = (host: string, why: string): Problem => ({
  code: 'DOCKER_UNREACHABLE',
  message: `the Docker engine at ${host} does not answer: ${why}`,
  where: 'DOCKER_HOST',
  hint: 'start it (systemctl start docker), or set DOCKER_HOST, and DOCKER_CERT_PATH with DOCKER_TLS_VERIFY for TLS; the user must be allowed to use the socket (group docker)',
});

/** TLS of the engine's address. `hint`: what to do about this very failure. */
export const dockerTlsFailed = (host: string, why: string, hint: string): Problem => ({
  code: 'DOCKER_TLS_FAILED',
  message: `no TLS connection to the Docker engine at ${host}: ${why}`,
  where: 'DOCKER_CERT_PATH',
  hint,
});

export const imageMissing = (image: string, place: Place, why: string): Problem => ({
  code: 'IMAGE_MISSING',
  message: `image ${image} is not there: ${why}`,
  ...where(place),
  hint: 'check its name; docker pull or docker build it on the host, or let BENCHBUS_PULL_POLICY be missing or always',
});

export const imagePullDenied = (image: string, registry: string, place: Place, why: string): Problem => ({
  code: 'IMAGE_PULL_DENIED',
  message: `${registry} does not give image ${image}: ${why}`,
  ...where(place),
  hint: `docker login ${registry} as the provisioner's user, or name a folder with a config.json in DOCKER_CONFIG; the name may be wrong, too`,
});

export const imagePullFailed = (image: string, place: Place, why: string): Problem => ({
  code: 'IMAGE_PULL_FAILED',
  message: `image ${image} could not be pulled: ${why}`,
  ...where(place),
  hint: 'is the registry reachable from the engine? docker pull on the host says more; BENCHBUS_PULL_RETRIES and BENCHBUS_PULL_TIMEOUT_MS set the limits',
});

export const subnetTaken = (cidr: string, by: string, place: Place): Problem => ({
  code: 'SUBNET_TAKEN',
  message: `${cidr} overlaps ${by}`,
  ...where(place),
  hint: 'remove that network (docker network ls), or set BENCHBUS_DOCKER_CIDR to a range that nothing on the host uses',
});

export const nameTaken = (what: string, place: Place): Problem => ({
  code: 'CONTAINER_NAME_TAKEN',
  message: `${what} exists already, and is not of this installation's run`,
  ...where(place),
  hint: 'look at it (docker inspect), and rename or remove it; benchbus touches nothing without its own labels',
});

export const diskFull = (place: Place, why: string): Problem => ({
  code: 'DISK_FULL',
  message: `the disk of the Docker engine is full: ${why}`,
  ...where(place),
  hint: 'docker system df shows what takes it; docker image prune, or a larger disk for the data root',
});

export const oomKilled = (place: Place, tail: string): Problem => ({
  code: 'CONTAINER_OOM_KILLED',
  message: `the kernel killed a process of ${place.container ?? 'the node'}: the node's memory limit was reached${lastLines(tail)}`,
  ...where(place),
  hint: "raise the node's hardware.memory, or lower what the server takes (shared_buffers, work_mem)",
});

export const containerDied = (place: Place, exitCode: number | undefined, tail: string): Problem => ({
  code: 'CONTAINER_DIED',
  message: `container ${place.container} ended${exitCode === undefined ? '' : ` with ${exitCode}`}${lastLines(tail)}`,
  ...where(place),
  hint: 'read the lines above; docker events on the host tells whether somebody removed or stopped it',
});

export const portTaken = (place: Place, why: string): Problem => ({
  code: 'ADDRESS_IN_USE',
  message: why,
  ...where(place),
  hint: 'another container or process has that address or port: docker ps and docker network inspect show which',
});

export const limitsRefused = (place: Place, why: string): Problem => ({
  code: 'LIMITS_NOT_SET',
  message: `the node's limits could not be set: ${why}`,
  ...where(place),
  hint: 'the provisioner writes to /sys/fs/cgroup of the engine’s machine: run it there, as root',
});

export const engineRefused = (doing: string, place: Place, why: string): Problem => ({
  code: 'DOCKER_REFUSED',
  message: `the Docker engine refused to ${doing}: ${why}`,
  ...where(place),
  hint: "the engine's own log says more (journalctl -u docker)",
});

const lastLines = (tail: string): string => (tail === '' ? '' : `; its last lines:\n${tail}`);

/** Codes that end an attempt: another try would meet the same. */
export const DOCKER_FINAL = [
  'DOCKER_UNREACHABLE',
  'DOCKER_TLS_FAILED',
  'IMAGE_MISSING',
  'IMAGE_PULL_DENIED',
  'IMAGE_PULL_FAILED',
  'SUBNET_TAKEN',
  'CONTAINER_NAME_TAKEN',
  'DISK_FULL',
  'CONTAINER_OOM_KILLED',
  'CONTAINER_DIED',
  'LIMITS_NOT_SET',
  'DOCKER_REFUSED',
] as const;

interface Amount {
  readonly cores: number;
  readonly memoryBytes: number;
}

const amount = ({ cores, memoryBytes }: Amount): string =>
  `${cores} cores and ${(memoryBytes / 2 ** 30).toFixed(1)} GiB`;

export const hardwareExceedsEngine = (node: string, wanted: Amount, there: Amount): Problem => ({
  code: 'HW_EXCEEDS_HOST',
  message: `node ${node} asks for ${amount(wanted)}, the Docker engine has ${amount(there)}`,
  where: node,
  hint: 'ask for less, use another host, or set hardwarePolicy: clamp',
});
