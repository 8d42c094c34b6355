export { type ExampleCnnOptions, type Snapshot, logarithmicSteps, trainExampleCnn } from './example-cnn.js';
export { EXAMPLE_ACTIVATIONS, EXAMPLE_HEADS, type ExampleNetworkOptions } from './example-network.js';
export { TrainingOptionError } from './errors.js';
export { corruptLabels } from './label-corruption.js';
export { type LabelledImages } from './training-set.js';
