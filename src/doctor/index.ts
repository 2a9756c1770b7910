export type { Diagnosis } from './diagnosis.js';
export { type DoctorArguments, readArguments, usage } from './doctor.arguments.js';
export { examineOwn, examineUrl } from './examine.js';
export { documentOf, pageOf } from './report.js';
export { terminalOf } from './terminal.js';
export { readToken } from './token.input.js';
