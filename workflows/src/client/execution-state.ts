/** An execution's status on the server as a state of its sweep. */
export function executionState(status: string): 'running' | 'completed' | 'cancelled' | 'failed' {
  if (status === 'running' || status === 'completed') return status;
  const cancelled = ['canceled', 'cancelled', 'terminated'].includes(status);
  return cancelled ? 'cancelled' : status === 'continued_as_new' ? 'running' : 'failed';
}
