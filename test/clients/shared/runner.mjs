/**
 * Runs the client program of one folder for the driver, which sends commands over the IPC channel. A failed command is
 * repeated as a careful program would: after a sign-in when the client asks for one, else once over a new connection.
 */
const [folder] = process.argv.slice(2);
const { createClient } = await import(`../${folder}/client.mjs`);

const MOST_ATTEMPTS = 5;
const signIns = [];
let counts;

/** Lets the user sign in. Resolves to the address that the browser is sent to in the end. */
const signIn = (address) => {
  counts.signIns += 1;
  return new Promise((resolve, reject) => {
    signIns.push({ resolve: (redirect) => resolve(new URL(redirect)), reject });
    process.send({ signIn: String(address) });
  });
};

let client;

async function withRecovery(action, reconnects = true) {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await action();
    } catch (error) {
      const address = client.takeSignInAddress?.();
      if (attempt === MOST_ATTEMPTS) throw error;
      if (address !== undefined) await client.finishSignIn(await signIn(address));
      else if (reconnects && counts.reconnects === 0) await reconnect();
      else throw error;
    }
  }
}

async function reconnect() {
  counts.reconnects += 1;
  await Promise.resolve(client.close()).catch(() => undefined);
  await withRecovery(() => client.connect(), false);
}

const commands = {
  connect: async (context) => {
    client = createClient({ ...context, signIn });
    await withRecovery(() => client.connect(), false);
  },
  listTools: () => withRecovery(() => client.listTools()),
  callTool: ({ name }) => withRecovery(() => client.callTool(name)),
};

process.on('message', (message) => void obey(message));

async function obey({ command, redirect, refused, ...parameters }) {
  if (redirect !== undefined) return signIns.shift().resolve(redirect);
  if (refused !== undefined) return signIns.shift().reject(new Error(refused));
  counts = { signIns: 0, reconnects: 0 };
  try {
    const value = await commands[command](parameters);
    process.send({ done: { ...counts, value } });
  } catch (error) {
    process.send({ done: { ...counts, error: messageOf(error) } });
  }
}

const messageOf = (error) =>
  [error?.name, error?.message ?? String(error), error?.cause?.message]
    .filter(Boolean)
    .join(': ')
    .slice(0, 500);

// What a library throws into the void must not end the program: the driver reports what the command says.
process.on('unhandledRejection', (error) => console.error('unhandled rejection:', error));
process.on('disconnect', () => process.exit(0));
process.send({ ready: true });
