import { envTemplate } from './env.template.js';

// `npm run env:example` sends this into config/env/example.env; a spec holds the two equal.
process.stdout.write(envTemplate());
