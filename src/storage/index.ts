export { RedisConnection, type RedisStatus } from './redis.connection.js';
export { StorageModule } from './storage.module.js';
