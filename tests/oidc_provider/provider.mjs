// A real OpenID Connect provider on a loopback port, for the tests: `node provider.mjs '{"redirects": [...]}'`.
// It prints its issuer when it answers. Its sign-in page takes any password; who there is stands in USERS.
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const web = createRequire(new URL('../../web/package.json', import.meta.url));
const { Provider } = await import(pathToFileURL(web.resolve('oidc-provider')));

const asked = JSON.parse(process.argv[2]);

const USERS = {
  'sub-zhang': { preferred_username: 'zhang.min', email: 'zhang.min@example.org', email_verified: true },
  'sub-li': { preferred_username: 'li.na', email: 'li.na@example.org', email_verified: false },
  'sub-admin': { preferred_username: 'admin' },
  'sub-stranger': { preferred_username: 'stranger' },
};

const server = createServer();
await new Promise((listening) => server.listen(asked.port ?? 0, '127.0.0.1', listening));
const issuer = `http://127.0.0.1:${server.address().port}`;

const provider = new Provider(issuer, {
  clients: [
    {
      client_id: 'gis-grid',
      client_secret: 'a-secret-of-the-tests',
      application_type: asked.redirects.every((uri) => uri.startsWith('http:')) ? 'native' : 'web',
      redirect_uris: asked.redirects,
      grant_types: ['authorization_code'],
      response_types: ['code'],
    },
  ],
  claims: { openid: ['sub'], profile: ['preferred_username'], email: ['email', 'email_verified'] },
  cookies: { keys: ['only-for-the-tests'] },
  findAccount: (_, sub) => (sub in USERS ? { accountId: sub, claims: () => ({ sub, ...USERS[sub] }) } : undefined),
  pkce: { required: () => true },
});
server.on('request', provider.callback());
console.log(issuer);
