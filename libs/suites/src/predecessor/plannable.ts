import type { Topology, TopologyNode } from '../model/database.ts';
import type { PostgresSettings } from '../model/postgres.ts';
import type { TargetName } from '../model/scalars.ts';
import type { FieldPath } from '../parse/field-path.ts';
import type { TopologyProblem } from '../planning/problems/problem.ts';
import { topologyProblems } from '../planning/topology-problems.ts';
import type { Notes } from './note.ts';

/** Where the topology stands, before and after; an instance has one node, without an index. */
export interface TopologyPlace {
  readonly path: FieldPath;
  readonly native: FieldPath;
  readonly note: Notes;
  readonly instance: boolean;
}

/** Leaving one setting out may show another problem (a standby's, once its primary has a default), hardly a third. */
const MAX_PASSES = 8;

const keysOf = (settings: PostgresSettings, setting: string): string[] =>
  Object.keys(settings).filter((key) => key.toLowerCase() === setting);

function valueOf(settings: PostgresSettings, setting: string): string | undefined {
  const key = keysOf(settings, setting).at(-1);
  return key === undefined ? undefined : settings[key];
}

/** A map of settings, and where it stands. */
interface Place {
  readonly settings: PostgresSettings;
  readonly path: FieldPath;
  readonly native: FieldPath;
}

/** A topology that is changed in place, setting by setting, each with a note. */
class Mending {
  readonly topology: Topology;
  readonly #place: TopologyPlace;

  constructor(topology: Topology, place: TopologyPlace) {
    this.topology = structuredClone(topology);
    this.#place = place;
  }

  /** Maps of settings that are in effect on a node, and where they stand. */
  #settingsOf(node: TopologyNode): Place[] {
    const { path, native, instance } = this.#place;
    const index = this.topology.nodes.indexOf(node);
    const old = [...path, ...(instance ? ['node'] : ['nodes', index]), 'postgres'];
    const now = [...native, 'nodes', index, 'postgres'];
    const { settings = {}, override } = node.postgres ?? {};
    return [
      { settings, path: [...old, 'postgresqlConf'], native: [...now, 'settings'] },
      override === undefined
        ? this.#shared()
        : {
            settings: override.settings,
            path: [...old, 'settings', 'postgresqlConf'],
            native: [...now, 'override', 'settings'],
          },
    ];
  }

  #shared(): Place {
    const { path, native } = this.#place;
    return {
      settings: this.topology.postgres.settings,
      path: [...path, 'defaults', 'postgresqlConf'],
      native: [...native, 'postgres', 'settings'],
    };
  }

  #leaveOut(node: TopologyNode, setting: string, why: string): void {
    // What is left of one member alone would differ from the others'.
    const everywhere = this.topology.postgres.patroni === undefined ? [] : [this.#shared()];
    for (const { settings, path, native } of [...this.#settingsOf(node), ...everywhere])
      for (const key of keysOf(settings, setting)) {
        Reflect.deleteProperty(settings, key);
        this.#place.note([...path, key], native, `${key} is left out: ${why}`);
      }
  }

  #raise(node: TopologyNode, setting: string, value: string, why: string): void {
    const [own, shared] = this.#settingsOf(node);
    if (own === undefined || shared === undefined) return;
    const said = [own, shared].find(({ settings }) => keysOf(settings, setting).length > 0) ?? own;
    for (const key of keysOf(own.settings, setting)) Reflect.deleteProperty(own.settings, key);
    own.settings[setting] = value;
    this.#place.note([...said.path, setting], own.native, `${setting} is raised to ${value}: ${why}`);
  }

  /** Patroni would ignore a value of one member's own. */
  #alike(node: TopologyNode, setting: string): void {
    const [own, base] = this.#settingsOf(node);
    const shared = valueOf(this.topology.postgres.settings, setting);
    const why = 'Patroni sets it for all members alike';
    if (own === undefined || base === undefined) return;
    for (const { settings, path, native } of node.postgres?.override === undefined ? [own] : [own, base])
      for (const key of keysOf(settings, setting)) {
        Reflect.deleteProperty(settings, key);
        this.#place.note([...path, key], native, `${key} is left out: ${why}`);
      }
    if (node.postgres?.override !== undefined && shared !== undefined) base.settings[setting] = shared;
  }

  mend({ code, node: name, setting, least, message }: TopologyProblem): void {
    const node = this.topology.nodes.find((one) => one.name === name);
    if (node?.postgres === undefined || setting === undefined) return;
    if (code === 'SETTING_RESERVED') this.#leaveOut(node, setting, 'benchbus decides it in this topology');
    else if (code === 'REPLICATION_SETTING') this.#leaveOut(node, setting, message);
    else if (code === 'PATRONI_SETTING_IS_CLUSTER_WIDE') this.#alike(node, setting);
    else if (least !== undefined) this.#raise(node, setting, least, "PostgreSQL refuses a standby below its primary's");
  }
}

/**
 * The predecessor took any setting, also those with which servers cannot replicate here: they are left out or raised, with
 * a note each, so that every file that was valid there can be planned.
 */
export function plannable(topology: Topology, target: TargetName, place: TopologyPlace): Topology {
  const mending = new Mending(topology, place);
  for (let pass = 0; pass < MAX_PASSES; pass += 1) {
    const problems = topologyProblems(mending.topology, target);
    if (problems.length === 0) break;
    for (const problem of problems) mending.mend(problem);
  }
  return mending.topology;
}
