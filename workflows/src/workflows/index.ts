export { checkpointWorkflow } from './checkpoint-workflow.js';
export { sweepWorkflow } from './sweep-workflow.js';
