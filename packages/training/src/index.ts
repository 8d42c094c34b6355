export { type ExampleCnnOptions, type Snapshot, logarithmicSteps, trainExampleCnn } from './example-cnn.js';
export { EXAMPLE_HEADS, type ExampleNetworkOptions } from './example-network.js';
export { type LabelledImages } from './training-set.js';
