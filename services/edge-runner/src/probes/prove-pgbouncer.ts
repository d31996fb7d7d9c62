import { BenchbusError } from '@benchbus/events';
import { unless } from './not-yet.ts';
import { askConsole, configOf, routing } from './pgbouncer.ts';
import { placeOf } from './planned.ts';
import type { Planned } from './planned.ts';
import type { ProbeWorld, Proven } from './world.ts';

/** `name = value` lines of the planned pgbouncer.ini that hold no placeholder; an empty value sets nothing. */
function askedOf({ process }: Planned<'pgbouncer'>): [name: string, value: string][] {
  const content = process.launch.files.find(({ path }) => path === 'pgbouncer.ini')?.content ?? '';
  const lines = content.split('\n').map((line) => /^([a-z_]+) = (.+)$/.exec(line));
  return lines.flatMap((found) => {
    const [, name = '', value = ''] = found ?? [];
    return name === '' || value.includes('${') ? [] : [[name, value]];
  });
}

/** It leads to the primary, in the asked mode, and runs with every setting of its planned file. @throws NotYet */
export async function provePgbouncer(at: Planned<'pgbouncer'>, world: ProbeWorld): Promise<Proven> {
  const { poolMode, node, target } = await routing(at, world);
  const config = await configOf(at, world);
  for (const [name, value] of askedOf(at)) {
    if (config.get(name) === value) continue;
    throw new BenchbusError({
      code: 'DATABASE_SETTING_NOT_APPLIED',
      message: `PgBouncer of ${at.node.name} runs with ${name} = ${config.get(name) ?? '(unknown)'}, planned is ${value}`,
      where: `${placeOf(at)}, pgbouncer.${name}`,
      hint: 'something changed it after the start, or this version does not know the setting',
    });
  }
  const [row] = await askConsole(at, 'SHOW VERSION', world);
  const version = /\d+(\.\d+)+/.exec(String(row?.['version']))?.[0];
  unless(version !== undefined, `PgBouncer of ${at.node.name} does not tell its version`);
  return {
    version,
    facts: {
      'pgbouncer.version': version,
      'pgbouncer.poolMode': poolMode,
      'pgbouncer.poolSize': Number(config.get('default_pool_size')),
      'pgbouncer.maxClientConnections': Number(config.get('max_client_conn')),
      'pgbouncer.leadsTo': node,
      'pgbouncer.target': target,
    },
  };
}
