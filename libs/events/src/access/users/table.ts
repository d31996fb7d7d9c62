import { artifactStore } from './artifact-store.ts';
import { auditor } from './auditor.ts';
import { client } from './client.ts';
import { networkAllocator } from './network-allocator.ts';
import { operator } from './operator.ts';
import { provisioner } from './provisioner.ts';
import { suiteDispatcher } from './suite-dispatcher.ts';
import type { AccessUser } from './user.ts';

/**
 * Who may what: accounts and users are made of it (`npm run nats:accounts`), and docs/reference/nats-permissions.md. Edge runners
 * get theirs from the provisioner, per run and node.
 */
export const USERS = [
  suiteDispatcher,
  networkAllocator,
  provisioner,
  artifactStore,
  client,
  operator,
  auditor,
] as const;

export const userNamed = (name: string): AccessUser | undefined => USERS.find((user) => user.name === name);
