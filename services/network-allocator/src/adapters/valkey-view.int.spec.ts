import { startValkey } from '@benchbus/service/testing';
import { Valkey } from 'iovalkey';
import { expect, it } from 'vitest';
import { ownKey, readSets, viewKey } from './valkey-view.ts';

it('reads both sets in one transaction, so that no other allocator writes in between', async () => {
  const server = await startValkey();
  const [client, watcher] = [new Valkey(server.url), new Valkey(server.url)];
  try {
    const place = { target: 'local', name: 'h' } as const;
    await client.sadd(viewKey(place), '127.64.0.0/24', '127.64.1.0/24');
    await client.sadd(ownKey(place, 'one'), '127.64.0.0/24');
    const monitor = await watcher.monitor();
    const seen: string[] = [];
    const executed = new Promise<void>((resolve) => {
      monitor.on('monitor', (_time: string, [name = '']: string[]) => {
        seen.push(name.toLowerCase());
        if (seen.at(-1) === 'exec') resolve();
      });
    });
    const { members, own } = await readSets(client, place, 'one');
    expect([members.toSorted(), own]).toEqual([['127.64.0.0/24', '127.64.1.0/24'], ['127.64.0.0/24']]);
    await executed;
    expect(seen).toEqual(['multi', 'smembers', 'smembers', 'exec']);
    monitor.disconnect();

    await client.set(ownKey(place, 'one'), 'not a set');
    await expect(readSets(client, place, 'one')).rejects.toThrow('WRONGTYPE');
  } finally {
    client.disconnect();
    watcher.disconnect();
    await server.stop();
  }
});
