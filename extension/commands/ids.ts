/** Every command of `package.json`, by id. Apart from the functions so that it can be read without an editor. */
export const commandIds = [
  'quarterdeck.runBacktest',
  'quarterdeck.setUpEngine',
  'quarterdeck.showLog',
] as const;
export type CommandId = (typeof commandIds)[number];
