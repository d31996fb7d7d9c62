import { z } from 'zod';
import { nodeName } from '../../model/scalars.ts';
import { line } from '../scalars.ts';
import { hardware, secret } from './common.ts';
import { backup, etcd, monitoring, pgbouncer } from './components.ts';
import { nodePostgres, postgres } from './postgres.ts';

const node = z
  .strictObject({
    name: nodeName.describe("Unique in the topology; `load` is the load tool's"),
    hardware,
    postgres: nodePostgres.optional(),
    etcd: etcd.optional(),
    pgbouncer: pgbouncer.optional(),
    backup: backup.optional(),
    monitoring: monitoring.optional(),
  })
  .describe('A node with at least one of postgres, etcd, pgbouncer, backup, monitoring');

const topology = z
  .strictObject({
    postgres,
    nodes: z.array(node).min(1).max(250).describe('Their order gives the addresses'),
  })
  .describe('A database to deploy for the test');

const connection = z
  .strictObject({
    url: z
      .union([line, secret], { error: 'a URL without its password, or { secret: NAME } for all of it' })
      .describe('postgres://user@host:5432/database?sslmode=require, without the password; or { secret: NAME }'),
    password: secret.optional(),
  })
  .describe('A database that exists already; it is neither created nor destroyed');

export const database = z
  .strictObject({ topology: topology.optional(), connection: connection.optional() })
  .meta({ oneOf: [{ required: ['topology'] }, { required: ['connection'] }] })
  .describe('What is measured: exactly one of topology and connection');
