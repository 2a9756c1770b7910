export { atMost } from './at.most.js';
export { RedisConnection, type RedisStatus } from './redis.connection.js';
export { StorageModule } from './storage.module.js';
