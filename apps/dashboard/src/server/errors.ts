import { InputError } from '@unitscope/base';

/** A request for the dashboard that it does not answer; `status` is the HTTP status. */
export class RequestRefusedError extends InputError {
  readonly code: string;

  constructor(
    readonly status: number,
    code: string,
    message: string,
  ) {
    super(message);
    this.code = code;
  }
}

/** Reading results took too long, or the process that reads them ended. */
export class ResultsUnavailableError extends Error {
  readonly code = 'RESULTS_UNAVAILABLE';
}

/** The dashboard cannot listen where it was told to. */
export class DashboardAddressError extends InputError {
  readonly code = 'DASHBOARD_ADDRESS';
}
