import type { CallContext } from '../context.ts';

/** What a variable may be that begins so, decoded; `given` has the values of those chosen before. */
export type Completer = (
  prefix: string,
  context: CallContext,
  given: Record<string, string>,
) => Promise<string[]>;

/** A resource or a family of them: an address pattern and how to read it. */
export interface Resource {
  /** RFC 6570 template; without variables it is a single resource. */
  uriTemplate: string;
  name: string;
  title: string;
  description: string;
  /** Values a template's variable may take, for completion. */
  complete?: Record<string, Completer>;
  /** Concrete addresses to show in resources/list; default: the template itself when it has no variables. */
  list?(context: CallContext): Promise<{ uri: string; name: string }[]>;
  /** @param variables decoded path variables. @returns a JSON value. */
  read(variables: Record<string, string>, query: URLSearchParams, context: CallContext): Promise<unknown>;
}

/** Matches decoded segments with a template's; undefined when it is another resource. */
export function matchTemplate(template: string, segments: string[]): Record<string, string> | undefined {
  const parts = template
    .replace(/\{\?[^}]*\}$/, '')
    .slice('nautilus://'.length)
    .split('/');
  if (parts.length !== segments.length) return undefined;
  const variables: Record<string, string> = {};
  for (const [i, part] of parts.entries()) {
    const segment = segments[i] ?? '';
    const variable = /^\{(\w+)\}$/.exec(part)?.[1];
    if (variable) variables[variable] = segment;
    else if (part !== segment) return undefined;
  }
  return variables;
}
