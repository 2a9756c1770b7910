import { type CustomDecorator, SetMetadata } from '@nestjs/common';

export const PUBLIC_ROUTE = Symbol('auth:public');

/** Opens a route, or every route of a controller, to callers without a token. Everything else is closed. */
export const Public = (): CustomDecorator<symbol> => SetMetadata(PUBLIC_ROUTE, true);
