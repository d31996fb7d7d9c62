import { createHash, randomUUID } from 'node:crypto';
import type { WorkflowDefinition } from '../domain/workflow.ts';
import type { Database } from './database.ts';

export interface Workflow {
  readonly id: string;
  readonly name: string;
  readonly createdAt: number;
  readonly updatedAt: number;
}

export interface WorkflowVersion {
  readonly id: string;
  readonly workflowId: string;
  readonly number: number;
  readonly stepId: string;
  readonly createdAt: number;
  readonly definition: WorkflowDefinition;
}

type VersionRow = Omit<WorkflowVersion, 'definition'> & { readonly checksum: string; readonly definitionJson: string };

/** Workflows and their immutable versions. */
export class WorkflowStore {
  readonly #db: Database;
  /** Versions never change, so they are parsed once. */
  readonly #versions = new Map<string, WorkflowVersion>();

  constructor(db: Database) {
    this.#db = db;
  }

  /** Registers a definition; the same definition again gives the version that is already there. */
  put(definition: WorkflowDefinition, now: number): WorkflowVersion {
    const definitionJson = JSON.stringify(definition);
    const checksum = createHash('sha256').update(definitionJson).digest('hex');
    const existing = this.byName(definition.name);
    const latest = existing && this.#latestRow(existing.id);
    if (latest?.checksum === checksum) return this.version(latest.id);
    const workflowId = existing?.id ?? randomUUID();
    if (existing) this.#db.run('UPDATE workflows SET updatedAt = ? WHERE id = ?', now, workflowId);
    else this.#db.run('INSERT INTO workflows VALUES (?, ?, ?, ?)', workflowId, definition.name, now, now);
    const id = randomUUID();
    this.#db.run(
      'INSERT INTO versions (id, workflowId, number, checksum, definitionJson, stepId, createdAt) VALUES (?, ?, ?, ?, ?, ?, ?)',
      ...[id, workflowId, (latest?.number ?? 0) + 1, checksum, definitionJson, randomUUID(), now],
    );
    return this.version(id);
  }

  byName(name: string): Workflow | undefined {
    return this.#db.get<Workflow>('SELECT * FROM workflows WHERE name = ?', name);
  }

  byId(id: string): Workflow | undefined {
    return this.#db.get<Workflow>('SELECT * FROM workflows WHERE id = ?', id);
  }

  /** Workflows whose name contains the text, by name. */
  list(nameContains: string): Workflow[] {
    return this.#db.all<Workflow>('SELECT * FROM workflows WHERE instr(name, ?) > 0 ORDER BY name', nameContains);
  }

  latest(workflowId: string): WorkflowVersion | undefined {
    const row = this.#latestRow(workflowId);
    return row && this.version(row.id);
  }

  /** A version by id; throws when there is none, because ids only come from the store itself. */
  version(id: string): WorkflowVersion {
    const known = this.#versions.get(id);
    if (known) return known;
    const row = this.#db.get<VersionRow>('SELECT * FROM versions WHERE id = ?', id);
    if (!row) throw new Error(`workflow version ${id} is not in the store`);
    const definition = JSON.parse(row.definitionJson) as WorkflowDefinition;
    const version = {
      id,
      workflowId: row.workflowId,
      number: row.number,
      stepId: row.stepId,
      createdAt: row.createdAt,
      definition,
    };
    this.#versions.set(id, version);
    return version;
  }

  /** After a rollback the cache may hold a version that was never committed. */
  forgetCache(): void {
    this.#versions.clear();
  }

  #latestRow(workflowId: string): VersionRow | undefined {
    return this.#db.get<VersionRow>(
      'SELECT * FROM versions WHERE workflowId = ? ORDER BY number DESC LIMIT 1',
      workflowId,
    );
  }
}
