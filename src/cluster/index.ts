export { ClusterModule } from './cluster.module.js';
export { SharedState } from './shared.state.js';
