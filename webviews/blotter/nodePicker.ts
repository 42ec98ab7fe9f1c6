import * as z from 'zod';
import { toErrorObject } from '../errors.ts';
import type { Host } from '../host.ts';
import { openMenu } from '../menu.ts';
import { t } from '../strings.ts';

const Nodes = z.object({
  nodes: z.array(z.object({ node: z.string(), kind: z.string(), state: z.string(), uri: z.string() })),
});

/** The nodes of the workspace; choosing one opens its orders. */
export async function pickNode(
  at: HTMLElement,
  host: Host,
  current: string,
  refuse: (message: string, next: string) => void,
): Promise<void> {
  try {
    const { nodes } = Nodes.parse(await host.read('nautilus://nodes'));
    openMenu(
      at,
      t('Orders of another node'),
      nodes.map(({ node, kind, state, uri }) => ({
        text: `${node} · ${kind} · ${state}`,
        checked: uri === current,
        act: () => {
          if (uri !== current) host.openPage({ page: 'blotter', source: uri });
        },
      })),
    );
  } catch (error) {
    const { message, next_step } = toErrorObject(error);
    refuse(message, next_step);
  }
}
