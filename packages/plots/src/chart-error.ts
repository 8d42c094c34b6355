import { InputError } from '@unitscope/base';

/** There is nothing that the chart could show. */
export class ChartDataError extends InputError {
  readonly code = 'CHART_DATA';
}
