import { BenchbusError } from '@benchbus/events';

const invalid = (where: string, message: string, hint: string): BenchbusError =>
  new BenchbusError({ code: 'YANDEX_SETTINGS_INVALID', message, where, hint });

function parsed(url: string): URL | undefined {
  const text = url.includes('://') ? url : `nats://${url}`;
  return URL.canParse(text) ? new URL(text) : undefined;
}

/**
 * The address that machines are told, as it is: one server or several, separated by commas.
 * @param where the variable that it is of
 * @throws BenchbusError YANDEX_SETTINGS_INVALID where it is none, or carries a user, a password or a token: user-data is read by
 * everybody with a view of the folder, and lies in terraform's plan and state. The message never quotes it.
 */
export function machineNats(urls: string, where: string): string {
  for (const url of urls.split(',').map(parsed)) {
    if (url === undefined)
      throw invalid(where, `${where} is no URL`, 'URLs such as tls://nats.example:4222, separated by commas');
    if (url.username !== '' || url.password !== '')
      throw invalid(
        where,
        `${where} carries credentials, which machines would be told in their user-data`,
        'set BENCHBUS_YANDEX_NATS_URL to the address alone; runners get access of their own (docs/operations/edge-runner.md)',
      );
  }
  return urls;
}
