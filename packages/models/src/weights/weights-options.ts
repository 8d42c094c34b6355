/** Which weights a network gets. */
export interface WeightsOptions {
  /** The file of weights. */
  readonly path: string;
  /** Where in the file they are: `ema`, `state_dict`. Found by itself where one place alone fits. */
  readonly inside?: string;
  /** What all of their names begin with. Found by itself where one alone fits. */
  readonly prefix?: string;
  /** The file that the graph was exported from: its weights are compared with the graph's to the bit. */
  readonly exportedFrom?: string;
  /** What that comparison found: the initializers of square factors that the exporter has turned. */
  readonly turned?: readonly string[];
}
