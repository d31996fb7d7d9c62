import type { Problem } from '@benchbus/suites';
import {
  diskFull,
  dockerUnreachable,
  engineRefused,
  imageMissing,
  nameTaken,
  portTaken,
  subnetTaken,
} from './docker-problems.ts';
import type { Place } from './docker-problems.ts';
import { tlsProblem } from './tls-problem.ts';

/** What is known of a failed request. */
export interface EngineFailure {
  /** HTTP status; undefined when the engine did not answer. */
  readonly status: number | undefined;
  readonly message: string;
}

export interface EngineRequest extends Place {
  /** DOCKER_HOST. */
  readonly host: string;
  /** `create the network`. */
  readonly doing: string;
  readonly cidr?: string | undefined;
  readonly image?: string | undefined;
  /** Name of what was to be made. */
  readonly name?: string | undefined;
}

const SUBNET = /overlaps with other one|Pool overlaps|networks have overlapping|conflicts with network/i;
const DISK = /no space left on device|disk quota exceeded/i;
const NAME = /is already in use by container|already exists|name .* already in use/i;
const ADDRESS = /address already in use|port is already allocated/i;
const IMAGE = /no such image|image .* not found/i;

/** The problem that the engine's answer means. Engines have no codes beside HTTP's: their words are what there is. */
export function engineProblem({ status, message }: EngineFailure, request: EngineRequest): Problem {
  const { host, doing, cidr, image, name } = request;
  const tls = status === undefined || status === 400 ? tlsProblem(host, message) : undefined;
  if (tls !== undefined) return tls;
  if (status === undefined) return dockerUnreachable(host, message);
  if (DISK.test(message)) return diskFull(request, message);
  if (SUBNET.test(message))
    return subnetTaken(cidr ?? 'the block', `another network of the host (${message})`, request);
  if (ADDRESS.test(message)) return portTaken(request, message);
  if (status === 409 && NAME.test(message)) return nameTaken(name ?? message, request);
  if (status === 404 && IMAGE.test(message)) return imageMissing(image ?? 'of the container', request, message);
  return engineRefused(doing, request, message);
}
