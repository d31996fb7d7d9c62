import { isReservedSetting, type Problem } from '@benchbus/suites';

export interface ServerConf {
  readonly address: string;
  readonly port: number;
  readonly settings: Readonly<Record<string, string>>;
}

/** A value as postgresql.conf's scanner (guc-file.l, GUC_scanstr) reads it back unchanged. */
export const quote = (value: string): string =>
  `'${value.replaceAll('\\', '\\\\').replaceAll("'", "''").replaceAll('\n', '\\n').replaceAll('\r', '\\r').replaceAll('\t', '\\t')}'`;

/** The first setting that may not be asked for; parseSuite refuses it already, but not every plan comes from there. */
export function reservedSetting(settings: Readonly<Record<string, string>>): Problem | undefined {
  const name = Object.keys(settings).find(isReservedSetting);
  if (name === undefined) return undefined;
  return {
    code: 'DATABASE_SETTING_RESERVED',
    message: `${name} is decided by benchbus`,
    where: `postgres.settings.${name}`,
    hint: 'remove the setting from the suite',
  };
}

/** `benchbus.conf`: the plan's settings, then where to listen. No Unix socket: two servers of one host would share its name. */
export function renderConf({ address, port, settings }: ServerConf): string {
  const asked = Object.entries(settings).map(([name, value]) => `${name} = ${quote(value)}`);
  const own = [`listen_addresses = ${quote(address)}`, `port = ${port}`, "unix_socket_directories = ''"];
  return `${[...asked, ...own].join('\n')}\n`;
}

/** Every connection to 127/8 comes from 127.0.0.1, so the whole block is let in, by password only. */
export const HBA = ['all', 'replication']
  .map((database) => `host ${database} all 127.0.0.0/8 scram-sha-256\n`)
  .join('');
