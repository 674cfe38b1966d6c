// Reading the text of a definition, all at once: whoever does not need it at first loads this file later.

export { problemsOf } from "./problems";
export { readSource } from "./source";
export { readTasks, taskAt, taskOf } from "./tree";
