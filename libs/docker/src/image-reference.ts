/** Where an image comes from: `postgres:17` is `docker.io`, `library/postgres`, `17`. */
export interface ImageReference {
  readonly registry: string;
  readonly repository: string;
  /** Tag or digest; `latest` when none is given, as the engine takes it. */
  readonly tag: string;
}

export const DOCKER_HUB = 'docker.io';

/** The first part is a registry when it can only be a host: with a dot, a port, or `localhost`. */
const isHost = (part: string): boolean => /[.:]/.test(part) || part === 'localhost';

export function parseImage(name: string): ImageReference {
  const [path = '', digest] = name.split('@');
  const parts = path.split('/');
  const first = parts[0] ?? '';
  const onHost = parts.length > 1 && isHost(first);
  const rest = (onHost ? parts.slice(1) : parts).join('/');
  const colon = rest.lastIndexOf(':');
  const repository = colon > 0 ? rest.slice(0, colon) : rest;
  const registry = onHost && first !== 'index.docker.io' ? first : DOCKER_HUB;
  const isOfficial = registry === DOCKER_HUB && !repository.includes('/');
  return {
    registry,
    repository: isOfficial ? `library/${repository}` : repository,
    tag: digest ?? (colon > 0 ? rest.slice(colon + 1) : 'latest'),
  };
}
