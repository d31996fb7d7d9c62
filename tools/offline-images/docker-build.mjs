import { say } from '../lib/run-command.mjs';

/** Builds one image; with what the host's network reaches. */
export const build = (docker, tag, context, { file, args = {}, target, cacheFrom = [] } = {}) => {
  const given = Object.entries(args).flatMap(([name, value]) => ['--build-arg', `${name}=${value}`]);
  const rest = [...(target ? ['--target', target] : []), ...cacheFrom.flatMap((from) => ['--cache-from', from])];
  say(`building ${tag} …`);
  docker.run(['build', '-q', '--network', 'host', '-t', tag, '-f', file, ...given, ...rest, context]);
};
