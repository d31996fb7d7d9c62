import { BenchbusError } from '@benchbus/events';
import { parse } from 'yaml';
import { z } from 'zod';
import { dynamicConfigShape } from './patroni-rest.ts';
import type { DynamicConfig } from './patroni-rest.ts';
import { OTHER_VERSION, placeOf } from './planned.ts';
import type { Planned } from './planned.ts';

const document = z.looseObject({ bootstrap: z.looseObject({ dcs: dynamicConfigShape }) });

/** The dynamic configuration that the planned patroni.yml asks for. @throws BenchbusError PLAN_FILE_UNREADABLE */
export function askedConfig(at: Planned<'patroni'>): DynamicConfig {
  const content = at.process.launch.files.find(({ path }) => path === 'patroni.yml')?.content;
  const parsed = document.safeParse(content === undefined ? undefined : parse(content));
  if (parsed.success) return parsed.data.bootstrap.dcs;
  throw new BenchbusError({
    code: 'PLAN_FILE_UNREADABLE',
    message: 'the planned patroni.yml has no dynamic configuration',
    where: placeOf(at),
    hint: OTHER_VERSION,
  });
}
