/** A class of a Python source and the line it begins on, counted from 0. */
export interface ClassPlace {
  name: string;
  line: number;
}

const heading = /^class\s+(\w+)\s*\(([^)]*)\)\s*:/gm;

/**
 * Classes whose bases say that they are strategies: told from the text alone, as often as it changes. A base of the
 * author's own counts by its name; what a class really is, `list_strategies` tells from the whole project.
 */
export function strategyClasses(source: string): ClassPlace[] {
  return [...source.matchAll(heading)].flatMap(({ 1: name = '', 2: bases = '', index }) => {
    const named = bases.split(',').map((base) => base.trim());
    if (!named.some((base) => /(^|\.)\w*Strategy$/.test(base))) return [];
    return [{ name, line: source.slice(0, index).split('\n').length - 1 }];
  });
}
