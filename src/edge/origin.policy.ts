import type { Config } from '../config/index.js';

/** Browser origins that may call us: our own and those the operator names, compared as they are sent. */
export const originsOf = ({ publicUrl, allowedOrigins }: Config['http']): readonly string[] => [
  publicUrl,
  ...allowedOrigins,
];
