import type { Draft } from '../bus/recorded-event.ts';
import { defineEvent } from '../schemas/define-event.ts';
import { networkReservedV1 } from '../schemas/network/network-reserved.v1.ts';
import type { Upcaster } from '../schemas/upcast.ts';
import { blockPrefix } from '../schemas/values.ts';

const prefixOf = (cidr: string): number => Number(cidr.split('/')[1]);

/** NetworkReserved as a next release might have it: one more field, which all its readers may rely on. For roll-outs of whole services. */
export const networkReservedV2 = defineEvent(
  'network',
  'NetworkReserved',
  2,
  networkReservedV1.documentation,
  networkReservedV1.data.extend({ blockPrefix }),
);

export const toNetworkReservedV2: Upcaster = {
  type: networkReservedV1.type,
  upcast: (old) => {
    const data = old as { readonly cidr: string };
    return { ...data, blockPrefix: prefixOf(data.cidr) };
  },
};

/** What the next release's writer says more. */
export function withBlockPrefix(draft: Draft): Draft {
  if (draft.name !== 'NetworkReserved') return draft;
  const data = { ...draft.data, blockPrefix: prefixOf((draft.data as { readonly cidr: string }).cidr) };
  return { ...draft, data } as Draft;
}

export { networkReservedV1 };
