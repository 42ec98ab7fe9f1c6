/** Every command of `package.json`, by id. Apart from the functions so that it can be read without an editor. */
export const commandIds = [
  'quarterdeck.runBacktest',
  'quarterdeck.rerun',
  'quarterdeck.cancelRun',
  'quarterdeck.openReport',
  'quarterdeck.exportRun',
  'quarterdeck.annotateRun',
  'quarterdeck.toggleBaseline',
  'quarterdeck.deleteRuns',
  'quarterdeck.importData',
  'quarterdeck.newStrategy',
  'quarterdeck.startNode',
  'quarterdeck.stopNode',
  'quarterdeck.submitOrder',
  'quarterdeck.refreshViews',
  'quarterdeck.showActions',
  'quarterdeck.setUpEngine',
  'quarterdeck.doctor',
  'quarterdeck.copyClientConfiguration',
  'quarterdeck.openWalkthrough',
  'quarterdeck.showLog',
] as const;
export type CommandId = (typeof commandIds)[number];
