import { expect, it } from 'vitest';
import { canonicalRequest } from '../../server/tools/aliases.ts';

const venue = {
  name: 'SIM',
  fill_model: {
    fill_model_path: 'nautilus_trader.backtest.models:FillModel',
    config: { prob_slippage: 0.5 },
  },
  modules: [{ actor_path: 'mine:Module', config: {} }],
  margin_model: { model_type: 'leveraged' },
  default_leverage: 10,
  leverages: { 'A.SIM': 2.5 },
};

it('understands a request in the words of BacktestRunConfig', () => {
  const request = {
    strategies: [{ strategy_path: 'a:A', config_path: 'a:AConfig', config: {} }],
    actors: [{ actor_path: 'a:B' }],
    exec_algorithms: [{ exec_algorithm_path: 'a:C' }],
    venues: [venue],
    data: [
      {
        catalog_path: '/c',
        data_cls: 'nautilus_trader.model.data:QuoteTick',
        instrument_id: 'A.SIM',
        start_time: '2024',
        end_time: '2025',
      },
      { catalog_path: '/c', data_cls: 'Bar', instrument_id: 'A.SIM', bar_spec: '1-MINUTE-LAST' },
      {
        catalog_path: '/c',
        data_cls: 'Bar',
        bar_types: ['A.SIM-1-DAY-LAST-EXTERNAL', 'A.SIM-1-HOUR-LAST-EXTERNAL'],
      },
      { catalog_path: '/c', data_cls: 'Bar', instrument_ids: ['A.SIM', 'B.SIM'], bar_spec: '1-DAY-LAST' },
      { catalog_path: '/c', data_cls: 'mine.data:Signal', client_id: 'MINE' },
    ],
  };
  expect(canonicalRequest(request)).toEqual({
    strategies: [{ source: 'a:A', config_path: 'a:AConfig', config: {} }],
    actors: [{ source: 'a:B' }],
    exec_algorithms: [{ source: 'a:C' }],
    venues: [
      {
        name: 'SIM',
        fill_model: { source: venue.fill_model.fill_model_path, config: { prob_slippage: 0.5 } },
        modules: [{ source: 'mine:Module', config: {} }],
        margin_model: { source: 'nautilus_trader.backtest.models:LeveragedMarginModel' },
        default_leverage: '10',
        leverages: { 'A.SIM': '2.5' },
      },
    ],
    catalog: '/c',
    data: [
      { data_type: 'QuoteTick', instrument_id: 'A.SIM', start: '2024', end: '2025' },
      { data_type: 'Bar', instrument_id: 'A.SIM', bar_type: 'A.SIM-1-MINUTE-LAST-EXTERNAL' },
      { data_type: 'Bar', bar_type: 'A.SIM-1-DAY-LAST-EXTERNAL' },
      { data_type: 'Bar', bar_type: 'A.SIM-1-HOUR-LAST-EXTERNAL' },
      { data_type: 'Bar', instrument_id: 'A.SIM', bar_type: 'A.SIM-1-DAY-LAST-EXTERNAL' },
      { data_type: 'Bar', instrument_id: 'B.SIM', bar_type: 'B.SIM-1-DAY-LAST-EXTERNAL' },
      { data_type: 'mine.data:Signal', client_id: 'MINE' },
    ],
  });
});

it('leaves what it does not know, and what is said twice, to the schema', () => {
  const request = {
    strategies: [{ strategy_path: 'a:A', source: 'a:B' }],
    data: [
      { catalog_path: '/c', catalog: '/d' },
      { data_cls: 'Bar', data_type: 'Bar' },
    ],
  };
  expect(canonicalRequest(request)).toEqual(request);
  for (const odd of [undefined, null, 'text', [], { strategies: 'none', venues: [null] }]) {
    expect(canonicalRequest(odd)).toEqual(odd);
  }
});
