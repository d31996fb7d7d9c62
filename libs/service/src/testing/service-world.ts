import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectBus, type EventBus } from '@benchbus/events';
import { startNatsServer, type TestNatsServer } from '@benchbus/events/testing';
import type { Child } from './child.ts';
import { launchService, spawnService, type SpawnedService } from './spawn-service.ts';

export interface World {
  readonly nats: TestNatsServer;
  readonly bus: EventBus;
  /** Of this test alone. */
  readonly folder: string;
}

export async function openWorld(): Promise<World> {
  const nats = await startNatsServer();
  const bus = await connectBus({ servers: nats.url, name: 'test', source: 'benchbus/test' });
  return { nats, bus, folder: await mkdtemp(join(tmpdir(), 'benchbus-world-')) };
}

/** A real NATS server, a bus as the other services have it, a folder, and processes of one service. */
export class ServiceWorld implements World {
  readonly nats: TestNatsServer;
  readonly bus: EventBus;
  readonly folder: string;
  readonly #main: string;
  readonly #children: Child[] = [];

  /** @param main the service's main file */
  constructor({ nats, bus, folder }: World, main: string) {
    this.nats = nats;
    this.bus = bus;
    this.folder = folder;
    this.#main = main;
  }

  /** The service as a process, ready; it is told where NATS is. */
  async spawn(env: Readonly<Record<string, string>> = {}): Promise<SpawnedService> {
    const service = await spawnService(this.#options(env));
    this.#children.push(service);
    return service;
  }

  /** One that is expected to die while it starts. */
  launch(env: Readonly<Record<string, string>>): Child {
    const child = launchService(this.#options(env));
    this.#children.push(child);
    return child;
  }

  async stop(): Promise<void> {
    await Promise.all(this.#children.map((child) => child.stop()));
    await this.bus.close();
    await this.nats.stop();
    await rm(this.folder, { recursive: true, force: true });
  }

  #options(env: Readonly<Record<string, string>>) {
    return { main: this.#main, env: { NATS_URL: this.nats.url, ...env } };
  }
}
